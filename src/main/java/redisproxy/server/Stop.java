package redisproxy.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to the process: SIGTERM and SIGINT finish requests in process and end it with 0, because a requested stop is a
 * success; SIGHUP does nothing. Thread-safe.
 */
final class Stop {
    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final Duration drainLimit;
    private final AtomicBoolean isRequested = new AtomicBoolean();
    private volatile @Nullable ProxyServer proxy;

    /**
     * @param drainLimit how long a stop waits for requests in process
     */
    Stop(Duration drainLimit) {
        this.drainLimit = drainLimit;
    }

    /** Takes the signals over from the JVM, which would end the process at each of them. */
    void onSignals() {
        Signals.handle("TERM", this::stop);
        Signals.handle("INT", this::stop);
        Signals.handle(
                "HUP", name -> LOG.info("{}: nothing is read anew; settings take effect at the next start", name));
    }

    /** Names what a stop has to close. */
    void started(ProxyServer server) {
        proxy = server;
    }

    private void stop(String signal) {
        if (!isRequested.compareAndSet(false, true)) {
            LOG.info("{}: the stop is under way", signal);
            return;
        }
        // Signals arrive on a daemon thread, which the JVM would not wait for once the ports' threads have ended.
        Thread stop = new Thread(() -> end(signal), "redis-proxy-stop");
        stop.setDaemon(false);
        stop.start();
    }

    private void end(String signal) {
        try {
            ProxyServer server = proxy;
            LOG.info(
                    "{}: stops; takes no new connections and waits for at most {} s for requests in process",
                    signal,
                    Seconds.format(drainLimit));
            if (server != null) {
                server.close();
            }
            LOG.info("Redis Proxy has stopped");
        } finally {
            Logging.flush();
            System.exit(0);
        }
    }
}
