package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.NodeStats;
import redisproxy.cache.Origin;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * One server by its address: the requests that wait for it, the links to it, what is known of its reachability, and the
 * connection on which it reports writes. A process may have several. Thread-safe.
 *
 * <p>Each of its loader threads has a link of its own, and is started when it is needed first. What waits when a loader is free
 * leaves as one pipeline; nothing waits on purpose. Every request ends within the configured timeout, waiting for a link
 * included. When a link turns out to be dead, the requests on it are repeated once on a fresh one. When one was silent for the
 * whole timeout, the others that have not been heard of since are replaced.
 */
final class RedisNode implements AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final NodeConfig config;
    private final NodeCounters counters = new NodeCounters();
    /** For what is read. */
    private final Lane reads;

    /** For commands that are passed on. */
    private final Lanes lanes;

    private final Reachability reachability;
    private final Rerouting rerouting;
    private final @Nullable TrackingConfig tracking;
    private final Duration refusedPause;
    private final EventLog log;
    private final Watchdog watchdog;

    private volatile @Nullable Tracker tracker;

    /**
     * Makes a node that takes requests over, and sends them once it is started.
     *
     * @param tracking how the server reports writes, or null if it does not
     * @param refusedPause after which time a server that does not offer tracking is asked for it again
     * @param rerouting takes over what this server cannot answer
     * @param log is told what becomes of the server
     */
    RedisNode(
            NodeConfig config,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            Rerouting rerouting,
            EventLog log) {
        this(config, tracking, refusedPause, rerouting, new BackingServer(), log);
    }

    /** Makes a node whose server tells of itself, and of its commands when they are wanted. */
    RedisNode(
            NodeConfig config,
            @Nullable TrackingConfig tracking,
            Duration refusedPause,
            Rerouting rerouting,
            BackingServer backing,
            EventLog log) {
        this.config = config;
        this.rerouting = rerouting;
        this.reachability = new Reachability(config, log);
        Lane.Server server = new Lane.Server(config, counters, reachability, rerouting, log);
        this.reads = new Lane(
                server,
                "redis-proxy-loader",
                config.poolSize(),
                /* isForLoops= */ true,
                /* protocol= */ null,
                backing::greet);
        this.lanes = new Lanes(server, link -> backing.connected(this));
        Trials trials = new Trials(
                reachability, reads.queue(), error -> reads.links().warn(answersByAnError(error)), config.limit());
        this.watchdog = new Watchdog(server, trials, this::all);
        this.tracking = tracking;
        this.refusedPause = refusedPause;
        this.log = log;
    }

    /**
     * Starts the threads. Does not wait for the server; whether it answers is logged as soon as it is known.
     *
     * @param from what values that are read from this server belong to, and what it reports writes to
     */
    void start(Origin from) {
        // First: if a thread cannot be made, what waits for the others still ends.
        watchdog.start();
        reads.start(from);
        lanes.start(from);
        reads.queue()
                .offer(List.of(new ProbeRequest(
                        error ->
                                log.tell(EventKind.REDIS_ERROR, config.address().toString(), answersByAnError(error)),
                        config.timeout().toNanos())));
        if (tracking != null) {
            Tracker reporting = new Tracker(config, tracking, reads.links(), reachability, refusedPause, from, log);
            tracker = reporting;
            reporting.start();
        }
    }

    private String answersByAnError(String error) {
        return "Redis at %s answers PING by an error: %s".formatted(config.address(), error);
    }

    /** Takes over requests that belong together. Each is answered or failed in bounded time, and flushed after that. */
    void take(List<? extends Request> requests) {
        if (requests.isEmpty()) {
            return;
        }
        if (!tryTake(requests)) {
            refuse(requests);
        }
    }

    /** Fails requests because the server does not answer. */
    void refuse(List<? extends Request> requests) {
        counters.refused(requests.size());
        reachability.failed(requests);
        InFlight.fail(requests, reachability.refusal());
    }

    /** Takes over commands that are passed on, in their order. Each is replied to or failed in bounded time, and flushed after that. */
    void pass(List<PassRequest> requests) {
        if (!reachability.mayAsk()) {
            refuse(requests);
        } else {
            leave(lanes.offer(requests));
        }
    }

    /** Does what {@link #pass} does, but returns those commands that it would refuse. */
    List<PassRequest> tryPass(List<PassRequest> requests) {
        return requests.isEmpty() || !reachability.mayAsk() ? requests : lanes.offer(requests);
    }

    /** Returns whether requests are not refused. */
    boolean mayAsk() {
        return reachability.mayAsk();
    }

    /** Does what {@link #take} does, unless it would refuse the requests: then it returns false, and does nothing. */
    boolean tryTake(List<? extends Request> requests) {
        if (!reachability.mayAsk()) {
            return false;
        }
        List<PassRequest> passed = PassRequest.among(requests);
        if (!passed.isEmpty()) {
            leave(lanes.offer(passed));
        }
        List<? extends Request> others = passed.isEmpty() ? requests : without(requests);
        if (!reads.queue().offer(others)) {
            leave(others);
        }
        return true;
    }

    /** Returns why a request fails that has waited for the whole timeout without being sent. */
    BackingStoreException late() {
        return reachability.circuit() == NodeStats.Circuit.CLOSED ? Failures.overdue(config) : reachability.refusal();
    }

    private static List<Request> without(List<? extends Request> requests) {
        List<Request> others = new ArrayList<>(requests);
        others.removeIf(PassRequest.class::isInstance);
        return others;
    }

    private void leave(List<? extends Request> requests) {
        if (reads.queue().isLeft()) {
            InFlight.fail(rerouting.takeOver(List.copyOf(requests)), left());
        } else {
            InFlight.fail(requests, closing());
        }
    }

    /** Requests that waited for this server have failed elsewhere. */
    void failed(List<? extends Request> requests) {
        reachability.failed(requests);
    }

    /** Returns {@code lead}, how long the server has not answered and how many requests have failed; an empty text if it does. */
    String outage(String lead) {
        return reachability.outage(lead);
    }

    NodeAddress address() {
        return config.address();
    }

    /** Returns the figures of this node, whose role and number of slots the store knows. */
    NodeStats stats(NodeStats.Role role, int slots, boolean isRead) {
        return new NodeStats(
                config.address().toString(),
                role,
                slots,
                isRead,
                tracking(),
                reachability.circuit(),
                counters.linksOpen(),
                all().stream().mapToInt(Lane::busy).sum(),
                all().stream().mapToInt(lane -> lane.queue().size()).sum(),
                TimeUnit.NANOSECONDS.toMillis(all().stream()
                        .mapToLong(lane -> lane.queue().longestWaitNanos())
                        .max()
                        .orElse(0)),
                counters.requests(),
                counters.linksOpened(),
                counters.linksBroken(),
                counters.errors());
    }

    private List<Lane> all() {
        List<Lane> all = lanes.present();
        all.add(0, reads);
        return all;
    }

    TrackingStatus tracking() {
        Tracker started = tracker;
        return started == null ? TrackingStatus.OFF : started.status();
    }

    /** Returns the name of a thread that this node needs and that has ended, or null. */
    @Nullable
    String lostThread() {
        String lost = null;
        for (Lane lane : all()) {
            lost = lost == null ? lane.lostThread() : lost;
        }
        Tracker started = tracker;
        return lost == null && started != null ? started.lostThread() : lost;
    }

    /** Fails the requests that are not finished, and ends the threads. Blocks for four seconds at most. */
    @Override
    public void close() {
        List<Lane> ended = lanes.close();
        ended.add(0, reads);
        ended.forEach(lane -> lane.failWaiting(closing()));
        end(ended, each -> each.abort(closing()));
    }

    /**
     * Has the requests that are not finished taken over by the {@link Rerouting} at once, and ends the threads. Blocks for four
     * seconds at most.
     */
    void retire() {
        TrackingStatus last = tracking();
        List<Request> unsent = new ArrayList<>();
        reads.leaveTo(unsent);
        unsent.addAll(leaveLanes());
        InFlight.fail(rerouting.takeOver(unsent), left());
        List<Lane> ended = all();
        end(ended, each -> InFlight.fail(rerouting.takeOver(each.leave()), left()));
        String text = "Redis at %s is not waited for any longer: requests go to the servers that hold its keys now"
                .formatted(config.address());
        boolean isLost = last.state() == TrackingStatus.State.DISCONNECTED && last.losses() > 0;
        if (!reachability.left(text) && isLost) {
            log.tell(EventKind.REDIS_LEFT, config.address().toString(), text);
        }
    }

    /**
     * Takes back the commands that have not been sent, in their order, and takes no more. What may have left ends by itself, soon.
     */
    List<Request> leaveLanes() {
        List<Request> unsent = new ArrayList<>();
        lanes.close().forEach(lane -> lane.leaveTo(unsent));
        return unsent;
    }

    private void end(List<Lane> ended, Consumer<InFlight> wake) {
        endThreads(ended, wake);
        Tracker started = tracker;
        if (started != null) {
            started.close();
        }
        ended.forEach(lane -> lane.links().close());
    }

    private void endThreads(List<Lane> ended, Consumer<InFlight> wake) {
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        try {
            for (Lane lane : ended) {
                lane.end(wake, deadline);
            }
            watchdog.end(deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.close();
        }
    }

    private BackingStoreException left() {
        return BackingStoreException.unavailable("Redis at %s is not asked any more".formatted(config.address()), null);
    }

    /** Returns whether the server owes answers, and has answered nothing to anybody for so long. */
    boolean isSilentFor(Duration time) {
        return reachability.isSilentFor(time);
    }

    private static BackingStoreException closing() {
        return BackingStoreException.unavailable("the proxy is shutting down", null);
    }
}
