package redisproxy.redis;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.RedisProtocol;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Origin;
import redisproxy.measure.EventLog;

/**
 * One way to a server: requests that wait, and the loaders that serve them, each over a link of its own. With one loader, the requests of
 * one {@linkplain Request#recipient() recipient} are sent in the order in which they came. Thread-safe.
 */
final class Lane {
    private final Links links;
    private final Loaders loaders;
    private final RequestQueue queue = new RequestQueue(this::startLoader);

    /** What the lanes of one server have in common. */
    record Server(
            NodeConfig config, NodeCounters counters, Reachability reachability, Rerouting rerouting, EventLog log) {}

    /**
     * Makes a lane that takes requests over, and sends them once it is started.
     *
     * @param threads what the names of its threads begin with
     * @param loaders how many pipelines may be under way at once
     * @param isForLoops whether event loops may stand in for its loaders
     * @param protocol the version of the protocol; null for the newest that the server knows
     * @param greeting is given each link when it is about to be open, and may ask the server
     */
    Lane(
            Server server,
            String threads,
            int loaders,
            boolean isForLoops,
            @Nullable RedisProtocol protocol,
            Consumer<OneTimeConnection> greeting) {
        this.links = new Links(
                server.config().withPoolSize(loaders),
                protocol,
                greeting,
                server.counters(),
                server.rerouting(),
                server.log());
        this.loaders = new Loaders(
                threads,
                Stream.generate(() -> new Loader(
                                server.config(),
                                links,
                                queue,
                                isForLoops,
                                server.reachability(),
                                server.counters(),
                                server.rerouting()))
                        .limit(loaders)
                        .toList());
    }

    private boolean startLoader() {
        return loaders.startOne();
    }

    /** From now on requests are sent; those that wait, too. */
    void start(Origin from) {
        loaders.start(from);
        boolean unused = queue.offer(List.of());
    }

    Links links() {
        return links;
    }

    RequestQueue queue() {
        return queue;
    }

    /** Returns what is under way. */
    List<InFlight> inFlight() {
        return loaders.inFlight();
    }

    /** Returns how many pipelines are under way. */
    int busy() {
        return (int) loaders.inFlight().stream().filter(InFlight::isBusy).count();
    }

    @Nullable
    String lostThread() {
        return loaders.lostThread();
    }

    /**
     * Takes back what has not been sent, in the order in which it came, and takes no more. What is under way ends by itself; its link
     * is aborted.
     */
    void leaveTo(List<Request> unsent) {
        List<Request> waiting = queue.leave();
        loaders.inFlight().forEach(each -> unsent.addAll(each.leave()));
        unsent.addAll(waiting);
    }

    /** Fails what waits, and takes no more. */
    void failWaiting(BackingStoreException cause) {
        InFlight.fail(queue.close(), cause);
    }

    /** Does what {@link Loaders#end} does. */
    void end(Consumer<InFlight> wake, long untilNanos) throws InterruptedException {
        loaders.end(wake, untilNanos);
    }
}
