package redisproxy.net;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Looks at regular intervals whether clients of a connector take too long, while the connector runs. Thread-safe. */
public final class PeriodicSweep {
    /** Sweeps within the shortest time that a client may take. */
    private static final int SWEEPS = 4;

    private final LifeCycle connector;
    private final Scheduler scheduler;
    private final long pauseNanos;
    private final Runnable sweep;

    /**
     * Makes a sweep that is not started yet.
     *
     * @param connector the connector, which is asked whether it runs
     * @param scheduler its scheduler
     * @param leastNanos the shortest time that a client may take
     * @param sweep looks at all connections; runs on the scheduler's thread
     */
    public PeriodicSweep(LifeCycle connector, Scheduler scheduler, long leastNanos, Runnable sweep) {
        this.connector = connector;
        this.scheduler = scheduler;
        this.pauseNanos = Math.max(1, leastNanos / SWEEPS);
        this.sweep = sweep;
    }

    /** Starts sweeping; to be called when the connector has started. */
    public void start() {
        scheduler.schedule(this::run, pauseNanos, TimeUnit.NANOSECONDS);
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
