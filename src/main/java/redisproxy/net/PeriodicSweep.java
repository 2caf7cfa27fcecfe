package redisproxy.net;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Looks at regular intervals whether clients of a connector take too long, while the connector runs. Thread-safe. */
public final class PeriodicSweep {
    /** Sweeps within the shortest time that a client may take. */
    private static final int SWEEPS = 4;

    /** A time that has become shorter is noticed by then. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LifeCycle connector;
    private final Scheduler scheduler;
    private final LongSupplier leastNanos;
    private final Runnable sweep;

    /**
     * Makes a sweep that is not started yet.
     *
     * @param connector the connector, which is asked whether it runs
     * @param scheduler its scheduler
     * @param leastNanos returns the shortest time that a client may take, which may change
     * @param sweep looks at all connections; runs on the scheduler's thread
     */
    public PeriodicSweep(LifeCycle connector, Scheduler scheduler, LongSupplier leastNanos, Runnable sweep) {
        this.connector = connector;
        this.scheduler = scheduler;
        this.leastNanos = leastNanos;
        this.sweep = sweep;
    }

    /** Starts sweeping; to be called when the connector has started. */
    public void start() {
        long pause = Math.max(1, Math.min(leastNanos.getAsLong() / SWEEPS, LONGEST_PAUSE_NANOS));
        scheduler.schedule(this::run, pause, TimeUnit.NANOSECONDS);
    }

    private void run() {
        if (connector.isRunning()) {
            try {
                sweep.run();
            } finally {
                start();
            }
        }
    }
}
