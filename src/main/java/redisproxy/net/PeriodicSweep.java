package redisproxy.net;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.ServerConnector;

/** Looks at regular intervals whether clients of a connector take too long, while the connector runs. Thread-safe. */
public final class PeriodicSweep {
    /** Sweeps within the shortest time that a client may take. */
    private static final int SWEEPS = 4;

    private final ServerConnector connector;
    private final long pauseNanos;
    private final Runnable sweep;

    /**
     * Makes a sweep that is not started yet.
     *
     * @param leastNanos the shortest time that a client may take
     * @param sweep looks at all connections; runs on the scheduler's thread
     */
    public PeriodicSweep(ServerConnector connector, long leastNanos, Runnable sweep) {
        this.connector = connector;
        this.pauseNanos = Math.max(1, leastNanos / SWEEPS);
        this.sweep = sweep;
    }

    /** Starts sweeping; to be called when the connector has started. */
    public void start() {
        connector.getScheduler().schedule(this::run, pauseNanos, TimeUnit.NANOSECONDS);
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
