package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger LOG = LoggerFactory.getLogger(RedisNode.class);

    /** Overdue requests, and the time for a trial, are looked for this often: an answer may come 100 ms late. */
    private static final Duration OVERDUE_CHECK = Duration.ofMillis(25);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final NodeConfig config;
    private final NodeCounters counters = new NodeCounters();
    private final Links links;
    private final Loaders loaders;
    private final RequestQueue queue = new RequestQueue(this::startLoader);
    private final Reachability reachability;
    private final Trials trials;
    private final Rerouting rerouting;
    private final @Nullable TrackingConfig tracking;
    private final Duration refusedPause;
    private final EventLog log;
    private final ScheduledExecutorService watchdog;

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
        this.config = config;
        this.rerouting = rerouting;
        this.links = new Links(config, counters, rerouting, log);
        this.reachability = new Reachability(config, log);
        this.trials = new Trials(reachability, queue, error -> links.warn(answersByAnError(error)), config.limit());
        this.tracking = tracking;
        this.refusedPause = refusedPause;
        this.log = log;
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "redis-proxy-watchdog"));
        this.loaders =
                new Loaders(Stream.generate(() -> new Loader(config, links, queue, reachability, counters, rerouting))
                        .limit(config.poolSize())
                        .toList());
    }

    private boolean startLoader() {
        return loaders.startOne();
    }

    /**
     * Starts the threads. Does not wait for the server; whether it answers is logged as soon as it is known.
     *
     * @param from what values that are read from this server belong to, and what it reports writes to
     */
    void start(Origin from) {
        // First: if a thread cannot be made, what waits for the others still ends.
        ScheduledFuture<?> unused = watchdog.scheduleWithFixedDelay(
                this::lookSafely, OVERDUE_CHECK.toMillis(), OVERDUE_CHECK.toMillis(), TimeUnit.MILLISECONDS);
        loaders.start(from);
        queue.offer(List.of(new ProbeRequest(
                error -> log.tell(EventKind.REDIS_ERROR, config.address().toString(), answersByAnError(error)),
                config.timeout().toNanos())));
        if (tracking != null) {
            Tracker reporting = new Tracker(config, tracking, links, reachability, refusedPause, from, log);
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
            counters.refused(requests.size());
            reachability.failed(requests);
            InFlight.fail(requests, reachability.refusal());
        }
    }

    /** Does what {@link #take} does, unless it would refuse the requests: then it returns false, and does nothing. */
    boolean tryTake(List<? extends Request> requests) {
        if (!reachability.mayAsk()) {
            return false;
        }
        if (!queue.offer(requests)) {
            leave(requests);
        }
        return true;
    }

    /** Returns why a request fails that has waited for the whole timeout without being sent. */
    BackingStoreException late() {
        return reachability.circuit() == NodeStats.Circuit.CLOSED ? Failures.overdue(config) : reachability.refusal();
    }

    private void leave(List<? extends Request> requests) {
        if (queue.isLeft()) {
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
                (int) loaders.inFlight().stream().filter(InFlight::isBusy).count(),
                queue.size(),
                TimeUnit.NANOSECONDS.toMillis(queue.longestWaitNanos()),
                counters.requests(),
                counters.linksOpened(),
                counters.linksBroken(),
                counters.errors());
    }

    TrackingStatus tracking() {
        Tracker started = tracker;
        return started == null ? TrackingStatus.OFF : started.status();
    }

    /** Returns the name of a thread that this node needs and that has ended, or null. */
    @Nullable
    String lostThread() {
        String lost = loaders.lostThread();
        Tracker started = tracker;
        return lost == null && started != null ? started.lostThread() : lost;
    }

    /** Fails the requests that are not finished, and ends the threads. Blocks for four seconds at most. */
    @Override
    public void close() {
        InFlight.fail(queue.close(), closing());
        end(each -> each.abort(closing()));
    }

    /**
     * Has the requests that are not finished taken over by the {@link Rerouting} at once, and ends the threads. Blocks for four
     * seconds at most.
     */
    void retire() {
        TrackingStatus last = tracking();
        InFlight.fail(rerouting.takeOver(queue.leave()), left());
        end(each -> InFlight.fail(rerouting.takeOver(each.leave()), left()));
        String text = "Redis at %s is not waited for any longer: requests go to the servers that hold its keys now"
                .formatted(config.address());
        boolean isLost = last.state() == TrackingStatus.State.DISCONNECTED && last.losses() > 0;
        if (!reachability.left(text) && isLost) {
            log.tell(EventKind.REDIS_LEFT, config.address().toString(), text);
        }
    }

    private void end(Consumer<InFlight> wake) {
        endThreads(wake);
        Tracker started = tracker;
        if (started != null) {
            started.close();
        }
        links.close();
    }

    private void lookSafely() {
        try {
            failOverdue(config.timeout().toNanos());
            trials.look();
        } catch (RuntimeException | Error e) {
            // An exception would end the schedule.
            LOG.error("Looking for overdue requests failed", e);
        }
    }

    private void failOverdue(long timeout) {
        for (InFlight each : loaders.inFlight()) {
            if (each.hasProgressed()) {
                reachability.answeredSome();
            }
        }
        List<Request> waiting = queue.removeOverdue(timeout);
        if (!waiting.isEmpty()) {
            BackingStoreException cause = reachability.late(0);
            counters.timedOut(waiting.size());
            reachability.timedOut(cause.getMessage(), 0);
            reachability.failed(waiting);
            InFlight.fail(waiting, cause);
            rerouting.serverFailed();
        }
        for (InFlight each : loaders.inFlight()) {
            counters.timedOut(each.failOverdue(timeout, reachability));
            each.leaveForgottenLink();
        }
    }

    private void endThreads(Consumer<InFlight> wake) {
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        try {
            loaders.end(wake, deadline);
            watchdog.shutdownNow();
            if (!watchdog.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.debug("The watchdog is still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.shutdownNow();
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

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
