package redisproxy.net;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.ServerConnector;

/** Has a connector look whether its clients take too long, again and again, for as long as it runs. Thread-safe. */
public final class Sweeps {
    /** Connections are looked at so many times within the shortest time that one may take. */
    private static final int SWEEPS = 4;

    private final ServerConnector connector;
    private final long pauseNanos;
    private final Runnable sweep;

    /**
     * Makes the sweeps, which do not begin yet.
     *
     * @param leastNanos the shortest time that a client may take
     * @param sweep looks at all connections; called on the scheduler's thread
     */
    public Sweeps(ServerConnector connector, long leastNanos, Runnable sweep) {
        this.connector = connector;
        this.pauseNanos = Math.max(1, leastNanos / SWEEPS);
        this.sweep = sweep;
    }

    /** Begins, or goes on; to be called when the connector has started. */
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
