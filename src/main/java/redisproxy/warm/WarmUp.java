package redisproxy.warm;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheStats;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Misses;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;

/**
 * Loads the hottest keys of another process into a cache that begins empty: the hottest first, a few at a time, for a bounded time,
 * and no more than there is room for. Whatever goes wrong costs one line of the log and leaves the cache cold. Thread-safe.
 */
public final class WarmUp implements AutoCloseable {
    /** Loads of one batch leave as one pipeline. Redis has one batch of this proxy at a time, beside what clients ask for. */
    private static final int BATCH = 64;

    private static final long LOOK_MILLIS = 10;

    private final WarmConfig config;
    private final ReadThroughCache cache;
    private final EventLog log;
    private final CountDownLatch isOver = new CountDownLatch(1);
    private final long beganNanos = System.nanoTime();
    private volatile @Nullable Thread thread;
    private volatile boolean isClosed;
    private volatile int named;
    private volatile int loaded;

    public WarmUp(WarmConfig config, ReadThroughCache cache, EventLog log) {
        this.config = config;
        this.cache = cache;
        this.log = log;
    }

    /** Begins, on a thread of this name. Once. */
    public void start(String threadName) {
        Thread started = new Thread(this::run, threadName);
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Waits until the keys are loaded or the time is over. */
    public void await() {
        try {
            boolean unused = isOver.await(Math.max(0, leftNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns what is still being done, a clause, or null if nothing is. */
    public @Nullable String pending() {
        if (isOver.getCount() == 0 || leftNanos() <= 0) {
            return null;
        }
        return named == 0 ? "names of keys are being read" : "%d of %d keys are loaded".formatted(loaded, named);
    }

    private long leftNanos() {
        return config.timeout().toNanos() - (System.nanoTime() - beganNanos);
    }

    private void run() {
        try {
            warm();
        } catch (IOException | RuntimeException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            log.tell(
                    EventKind.COLD_START,
                    "warm-up",
                    "begins with an empty cache: no keys from %s: %s".formatted(config.source(), why));
        } catch (InterruptedException e) {
            // The proxy stops.
            Thread.currentThread().interrupt();
        } finally {
            isOver.countDown();
        }
    }

    private void warm() throws IOException, InterruptedException {
        List<byte[]> keys = KeySources.read(config.source(), config.mostKeys(), config.timeout());
        named = keys.size();
        awaitCoherence();
        int asked = load(keys);
        cache.makeRecent(keys.subList(0, asked));
        log.tell(EventKind.WARMED, "warm-up", text(keys.size(), asked));
    }

    private String text(int keys, int asked) {
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        String end = asked == keys ? "" : leftNanos() <= 0 ? "; the time was over" : "; there is no room for more";
        return "loaded %d of the %d hottest keys of %s in %.1f s%s"
                .formatted(loaded, keys, config.source(), seconds, end);
    }

    /** While writes should be reported and are not yet, nothing that is loaded would be kept. */
    private void awaitCoherence() throws InterruptedException {
        while (cache.coherence() == Coherence.LOST && leftNanos() > 0 && !isClosed) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Returns how many keys were asked for. */
    private int load(List<byte[]> keys) throws IOException, InterruptedException {
        int from = 0;
        int brought = 0;
        int room = room();
        while (from < keys.size() && room > 0 && leftNanos() > 0 && !isClosed) {
            int to = from + Math.min(Math.min(BATCH, room), keys.size() - from);
            Batch batch = new Batch(to - from);
            Misses misses = new Misses();
            for (byte[] key : keys.subList(from, to)) {
                misses.add(key, batch);
            }
            cache.loadAhead(misses);
            if (!batch.await(leftNanos())) {
                return from;
            }
            BackingStoreException failure = batch.failure;
            if (failure != null && batch.values.get() == 0) {
                throw new IOException(failure.getMessage(), failure);
            }
            brought += batch.values.get();
            loaded = brought;
            from = to;
            room = room();
        }
        return from;
    }

    /** Returns for how many keys there is room. Further loads would evict what was loaded first, which is the hottest. */
    private int room() {
        CacheStats stats = cache.stats();
        boolean isFull =
                stats.evictions() > 0 || stats.bytes() >= cache.config().maxBytes() / 10 * 9;
        return isFull ? 0 : cache.config().maxEntries() - stats.size();
    }

    /** The listener of some loads. Called by any thread. */
    private static final class Batch implements LoadListener {
        private final CountDownLatch left;
        private final AtomicInteger values = new AtomicInteger();
        private volatile @Nullable BackingStoreException failure;

        Batch(int loads) {
            left = new CountDownLatch(loads);
        }

        @Override
        public void loaded(Entry entry, Provenance provenance) {
            if (!entry.isAbsent()) {
                values.incrementAndGet();
            }
            left.countDown();
        }

        @Override
        public void failed(BackingStoreException cause) {
            failure = cause;
            left.countDown();
        }

        boolean await(long nanos) throws InterruptedException {
            return left.await(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Ends the loading, if it is under way. */
    @Override
    public void close() {
        isClosed = true;
        Thread started = thread;
        if (started != null) {
            started.interrupt();
        }
    }
}
