package redisproxy.redis;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a PING on the tracking connection from time to time, on a thread of its own. Thread-safe. */
final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final TrackingState state;
    private final ScheduledExecutorService thread;

    Heartbeat(TrackingState state) {
        this.state = state;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread beating = new Thread(task, "redis-proxy-tracking-heartbeat");
            beating.setDaemon(true);
            return beating;
        });
    }

    /** Begins to send a PING each {@code periodNanos}, as long as the one before has been answered. */
    void start(long periodNanos) {
        // Not at a fixed rate: after a pause of this process the beats that were missed would follow at once, and the
        // second of them would find no answer to the first.
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::beatSafely, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    }

    private void beatSafely() {
        try {
            TrackingConnection pinged = state.ping();
            if (pinged != null) {
                pinged.sendPing();
            }
        } catch (RuntimeException | Error e) {
            // An exception would end the schedule.
            LOG.debug("A heartbeat failed", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
