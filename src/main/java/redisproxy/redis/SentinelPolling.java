package redisproxy.redis;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the Sentinels are asked: once per second or a little more often, and soon when something indicates a change. Each pause
 * is random in part, so that many proxies do not ask at one time. Thread-safe; no method blocks.
 */
final class SentinelPolling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelPolling.class);

    private static final long PERIOD_MILLIS = 1_000;

    /** However often something indicates a change, they are not asked more often. */
    private static final long LEAST_PAUSE_MILLIS = 100;

    private final Runnable askAll;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    private volatile long askedNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);

    /** Makes what is started later. {@code askAll} must not block. */
    SentinelPolling(Runnable askAll) {
        this.askAll = askAll;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "redis-proxy-sentinels");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        later(random(PERIOD_MILLIS / 2, PERIOD_MILLIS), this::askPeriodically);
    }

    /** Has all asked soon. */
    void refresh() {
        if (isScheduled.compareAndSet(false, true)) {
            long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedNanos);
            later(Math.max(0, random(LEAST_PAUSE_MILLIS, 2 * LEAST_PAUSE_MILLIS) - passed), this::askSoon);
        }
    }

    private void askSoon() {
        isScheduled.set(false);
        ask();
    }

    private void askPeriodically() {
        try {
            ask();
        } finally {
            start();
        }
    }

    private void ask() {
        askedNanos = System.nanoTime();
        try {
            askAll.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Asking the Sentinels failed unexpectedly", e);
        }
    }

    private void later(long millis, Runnable task) {
        try {
            var unused = timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The Sentinels are not asked any more", e);
        }
    }

    private static long random(long least, long most) {
        return ThreadLocalRandom.current().nextLong(least, most + 1);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
