package redisproxy.net;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Has a connector look whether its clients take too long, again and again, for as long as it runs. Thread-safe. */
public final class Sweeps {
    /** Connections are looked at so many times within the shortest time that one may take. */
    private static final int SWEEPS = 4;

    private final LifeCycle connector;
    private final Scheduler scheduler;
    private final long pauseNanos;
    private final Runnable sweep;

    /**
     * Makes the sweeps, which do not begin yet.
     *
     * @param connector the connector, which is asked whether it runs
     * @param scheduler its scheduler
     * @param leastNanos the shortest time that a client may take
     * @param sweep looks at all connections; called on the scheduler's thread
     */
    public Sweeps(LifeCycle connector, Scheduler scheduler, long leastNanos, Runnable sweep) {
        this.connector = connector;
        this.scheduler = scheduler;
        this.pauseNanos = Math.max(1, leastNanos / SWEEPS);
        this.sweep = sweep;
    }

    /** Begins, or goes on; to be called when the connector has started. */
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
