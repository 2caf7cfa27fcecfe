package redisproxy.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Invalidations;
import redisproxy.cache.Load;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingConfig;
import redisproxy.cache.TrackingStatus;
import redisproxy.upstream.Question;

/**
 * A Redis that is asked over pooled connections, each served by a thread of its own. What waits when a connection
 * becomes free goes out as one pipeline; nothing waits on purpose. Thread-safe.
 *
 * <p>Every load ends within the configured timeout, which includes waiting for a connection. When a connection turns
 * out to be dead, the loads on it are repeated once on a fresh one.
 */
final class RedisBackingStore implements RedisStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisBackingStore.class);

    /** Overdue loads are looked for this often: well within the 100 ms that an answer may come late. */
    private static final Duration OVERDUE_CHECK = Duration.ofMillis(25);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private static final long ABORT_AGAIN_MILLIS = 10;

    private final RedisConfig config;
    private final @Nullable TrackingConfig tracking;
    private final Duration refusedPause;
    private final RedisPool pool;
    private final LoadQueue queue = new LoadQueue();
    private final List<Loader> loaders = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService watchdog;
    private final Reachability reachability;
    private volatile @Nullable Tracker tracker;

    /** Makes a store that takes loads in, and serves them once it is started. */
    RedisBackingStore(RedisConfig config, @Nullable TrackingConfig tracking) {
        this(config, tracking, Tracker.REFUSED_PAUSE);
    }

    RedisBackingStore(RedisConfig config, @Nullable TrackingConfig tracking, Duration refusedPause) {
        this.config = config;
        this.tracking = tracking;
        this.refusedPause = refusedPause;
        this.pool = new RedisPool(config);
        this.reachability = new Reachability(LOG, config.address(), config.poolSize());
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "redis-proxy-watchdog"));
        for (int i = 0; i < config.poolSize(); i++) {
            Loader loader = new Loader(config, pool, queue, reachability);
            boolean first = i == 0;
            loaders.add(loader);
            threads.add(thread(() -> loader.run(/* probeFirst= */ first), "redis-proxy-loader-" + i));
        }
    }

    /** Starts the threads. Does not wait for Redis; whether it answers is logged as soon as it is known. */
    @Override
    public void start(Invalidations invalidations) {
        threads.forEach(Thread::start);
        ScheduledFuture<?> unused = watchdog.scheduleWithFixedDelay(
                this::failOverdue, OVERDUE_CHECK.toMillis(), OVERDUE_CHECK.toMillis(), TimeUnit.MILLISECONDS);
        if (tracking != null) {
            Tracker started = new Tracker(config, tracking, pool, reachability, refusedPause, invalidations);
            tracker = started;
            started.start();
        }
    }

    @Override
    public StoreStats stats() {
        Tracker started = tracker;
        return new StoreStats(reachability.state(), started == null ? TrackingStatus.OFF : started.status());
    }

    @Override
    public void load(List<? extends Load> loads) {
        List<Request> requests = new ArrayList<>(loads.size());
        for (Load load : loads) {
            requests.add(new ReadRequest(load));
        }
        take(requests);
    }

    @Override
    public void ask(Question question) {
        take(List.of(new QuestionRequest(question)));
    }

    private void take(List<Request> requests) {
        if (requests.isEmpty()) {
            return;
        }
        if (!reachability.mayAsk()) {
            requests.forEach(request -> fail(request, reachability.refusal()));
        } else if (!queue.offer(requests)) {
            requests.forEach(request -> fail(request, closing()));
        }
    }

    @Override
    public void close() {
        List<Request> waiting = queue.close();
        waiting.forEach(request -> fail(request, closing()));
        Tracker started = tracker;
        if (started != null) {
            started.close();
        }
        watchdog.shutdownNow();
        loaders.forEach(loader -> loader.abort(closing()));
        threads.forEach(Thread::interrupt);
        awaitThreads();
        pool.close();
    }

    private void failOverdue() {
        try {
            failOverdue(config.timeout().toNanos());
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end the schedule.
            LOG.error("Looking for overdue loads failed", e);
        }
    }

    private void failOverdue(long timeout) {
        for (Request overdue : queue.removeOverdue(timeout)) {
            fail(overdue, Loader.overdue(config));
            reachability.timedOut(Loader.overdue(config).getMessage(), timeout);
        }
        loaders.forEach(loader -> loader.failOverdue(timeout));
    }

    private void awaitThreads() {
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        try {
            for (int i = 0; i < threads.size(); i++) {
                Thread thread = threads.get(i);
                while (thread.isAlive() && System.nanoTime() - deadline < 0) {
                    // Once is not enough: a thread may have been between two connections, where nothing can be broken.
                    loaders.get(i).abort(closing());
                    thread.join(ABORT_AGAIN_MILLIS);
                }
            }
            if (!watchdog.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                LOG.debug("The watchdog is still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static BackingStoreException closing() {
        return BackingStoreException.unavailable("the proxy is shutting down", null);
    }

    private static void fail(Request request, BackingStoreException cause) {
        request.fail(cause);
        request.flush();
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
