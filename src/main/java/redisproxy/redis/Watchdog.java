package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;

/** Ends the requests for one server that are overdue, and looks whether it is time for a trial, on a thread of its own. Thread-safe. */
final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /** Overdue requests, and the time for a trial, are looked for this often: an answer may come 100 ms late. */
    private static final Duration OVERDUE_CHECK = Duration.ofMillis(25);

    private final Lane.Server server;
    private final Trials trials;
    private final Supplier<List<Lane>> lanes;
    private final ScheduledExecutorService timer;

    /** Makes a watchdog that does not look yet, after all lanes of a server. */
    Watchdog(Lane.Server server, Trials trials, Supplier<List<Lane>> lanes) {
        this.server = server;
        this.trials = trials;
        this.lanes = lanes;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-watchdog");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        long millis = OVERDUE_CHECK.toMillis();
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(this::lookSafely, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void lookSafely() {
        try {
            failOverdue(server.config().timeout().toNanos());
            trials.look();
        } catch (RuntimeException | Error e) {
            // An exception would end the schedule.
            LOG.error("Looking for overdue requests failed", e);
        }
    }

    private void failOverdue(long timeout) {
        Reachability reachability = server.reachability();
        List<Lane> all = lanes.get();
        for (Lane lane : all) {
            for (InFlight each : lane.inFlight()) {
                if (each.hasProgressed()) {
                    reachability.answeredSome();
                }
            }
        }
        List<Request> waiting = new ArrayList<>();
        all.forEach(lane -> waiting.addAll(lane.queue().removeOverdue(timeout)));
        if (!waiting.isEmpty()) {
            BackingStoreException cause = reachability.late(0);
            server.counters().timedOut(waiting.size());
            reachability.timedOut(cause.getMessage(), 0);
            reachability.failed(waiting);
            InFlight.fail(waiting, cause);
            server.rerouting().serverFailed();
        }
        for (Lane lane : all) {
            for (InFlight each : lane.inFlight()) {
                server.counters().timedOut(each.failOverdue(timeout, reachability));
                each.leaveForgottenLink();
            }
        }
    }

    /** Looks no more, and waits for that until a moment. */
    void end(long untilNanos) throws InterruptedException {
        timer.shutdownNow();
        if (!timer.awaitTermination(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            LOG.debug("The watchdog is still at work");
        }
    }

    /** Looks no more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
