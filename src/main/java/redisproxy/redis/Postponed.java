package redisproxy.redis;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;

/**
 * Requests that are to be sent again a little later, because no server can answer them now. Each waits for longer than the
 * time before, and for a part of it that is random, so that they do not all come back at one time. Thread-safe.
 */
final class Postponed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Postponed.class);

    private static final Duration FIRST = Duration.ofMillis(25);

    private final ScheduledExecutorService timer;
    private final Set<KeyRequest> waiting = ConcurrentHashMap.newKeySet();
    private final Consumer<KeyRequest> sendAgain;

    Postponed(Consumer<KeyRequest> sendAgain) {
        this.sendAgain = sendAgain;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-postponed");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Takes a request over, to be sent again. */
    void add(KeyRequest request) {
        long most = FIRST.toMillis() << Math.max(0, request.hops() - 1);
        long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
        waiting.add(request);
        try {
            var unused = timer.schedule(() -> sendAgain(request), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            fail(request);
        }
    }

    private void sendAgain(KeyRequest request) {
        if (!waiting.remove(request)) {
            return;
        }
        try {
            sendAgain.accept(request);
        } catch (RuntimeException | Error e) {
            LOG.error("Sending a request again failed", e);
            InFlight.fail(List.of(request), BackingStoreException.unavailable("the load ended without an answer", e));
        }
    }

    private void fail(KeyRequest request) {
        if (waiting.remove(request)) {
            InFlight.fail(List.of(request), BackingStoreException.unavailable("the proxy is shutting down", null));
        }
    }

    /** Fails what waits. */
    @Override
    public void close() {
        timer.shutdownNow();
        waiting.forEach(this::fail);
    }
}
