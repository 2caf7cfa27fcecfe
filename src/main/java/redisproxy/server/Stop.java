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
 * success; SIGHUP opens the access log anew. Thread-safe.
 */
final class Stop {
    private static final Logger LOG = LoggerFactory.getLogger(Stop.class);

    private final Duration drainDelay;
    private final Duration drainLimit;
    private final CountDownLatch isUrged = new CountDownLatch(1);
    private final AtomicBoolean isRequested = new AtomicBoolean();
    private volatile @Nullable ProxyServer proxy;

    /**
     * @param drainDelay for how long the proxy serves on and tells that it is not ready; a second signal ends that time
     * @param drainLimit how long a stop waits for requests in process
     */
    Stop(Duration drainDelay, Duration drainLimit) {
        this.drainDelay = drainDelay;
        this.drainLimit = drainLimit;
    }

    /** Takes the signals over from the JVM, which would end the process at each of them. */
    void onSignals() {
        Signals.handle("TERM", this::stop);
        Signals.handle("INT", this::stop);
        Signals.handle("HUP", this::reopen);
    }

    /** Names what a stop has to close. */
    void started(ProxyServer server) {
        proxy = server;
    }

    private void reopen(String signal) {
        ProxyServer server = proxy;
        boolean isReopened = server != null && server.reopenAccessLog();
        LOG.info(
                "{}: {}; settings take effect at the next start",
                signal,
                isReopened ? "the access log is opened anew" : "nothing is read anew");
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
            if (server != null && !drainDelay.isZero()) {
                serveOn(signal, server);
            }
            String text = "%s: stops; takes no new connections and waits for at most %s s for requests in process"
                    .formatted(signal, Seconds.format(drainLimit));
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

    private void serveOn(String signal, ProxyServer server) {
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
