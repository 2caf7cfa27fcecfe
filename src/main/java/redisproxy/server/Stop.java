package redisproxy.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What signals do to the process: SIGTERM and SIGINT finish requests in process and end it with 0, because a requested stop is a
 * success; SIGHUP opens the access log anew, and reads the settings anew. Thread-safe.
 */
final class Stop {
    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final Duration drainLimit;
    private final CountDownLatch isUrged = new CountDownLatch(1);
    private final AtomicBoolean isRequested = new AtomicBoolean();
    private volatile @Nullable ProxyServer proxy;

    /**
     * @param drainLimit how long a stop waits for requests in process, unless the settings change that
     */
    Stop(Duration drainLimit) {
        this.drainLimit = drainLimit;
    }

    /** Takes the signals over from the JVM, which would end the process at each of them. */
    void onSignals() {
        Signals.handle("TERM", this::stop);
        Signals.handle("INT", this::stop);
        Signals.handle("HUP", this::reload);
    }

    /** Names what a stop has to close. */
    void started(ProxyServer server) {
        proxy = server;
    }

    private void reload(String signal) {
        ProxyServer server = proxy;
        if (server == null) {
            LOG.info("{}: the start is under way", signal);
            return;
        }
        if (server.reopenAccessLog()) {
            LOG.info("{}: the access log is opened anew", signal);
        }
        try {
            server.reload(signal);
        } catch (ConfigException e) {
            // It has been told.
            LOG.debug("{}", signal, e);
        }
    }

    private void stop(String signal) {
        if (!isRequested.compareAndSet(false, true)) {
            isUrged.countDown();
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
            Duration drainDelay = server == null ? Duration.ZERO : server.drainDelay();
            if (server != null && !drainDelay.isZero()) {
                serveOn(signal, server, drainDelay);
            }
            String text = "%s: stops; takes no new connections and waits for at most %s s for requests in process"
                    .formatted(signal, Seconds.format(server == null ? drainLimit : server.drainLimit()));
            if (server == null) {
                LOG.info("{}", text);
            } else {
                server.tellStopping(text);
                server.close();
            }
            LOG.info("Redis Proxy has stopped");
        } finally {
            Logging.flush();
            System.exit(0);
        }
    }

    /** Tells that the proxy is not ready for so long; a second signal ends that time. */
    private void serveOn(String signal, ProxyServer server, Duration drainDelay) {
        server.unready();
        LOG.info("{}: is not ready any more; serves on for {} s", signal, Seconds.format(drainDelay));
        try {
            boolean unused = isUrged.await(drainDelay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; if somebody does, the stop is urgent.
            Thread.currentThread().interrupt();
        }
    }
}
