package redisproxy.measure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which keys, and which kinds of keys, are accessed most: sampled, and counted in bounded memory. Thread-safe.
 *
 * <p>{@link #record} costs the thread that serves a client a copy of the key. The counting is done by a thread of its own, and by
 * the threads that ask for figures.
 */
public final class Accesses implements AutoCloseable {
    /*
     * Three sketches of frequent items count keys, prefixes, and hits by prefix, each in two windows, so that what was hot once
     * does not stay so. An estimate is at most wrong by the error of its sketch, of which DataSketches keeps account, and that of
     * the samples, which are independent draws: twice the standard deviation of the estimate.
     */
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration PERIOD = Duration.ofMillis(100);

    /** The most keys that are reported; the sketch counts up to 1,536, and misses none with a share of 0.2 %. */
    public static final int MAX_KEYS = 1000;

    private static final int KEYS_SIZE = 2048;
    private static final int PREFIXES_SIZE = 512;
    private static final int MAX_PREFIXES = 20;

    private final SampleQueue queue = new SampleQueue();
    private final LongSupplier clock;
    private final LongSupplier unixMillis;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final RecentFrequencies<SampledKey> keys = new RecentFrequencies<>(KEYS_SIZE);

    @GuardedBy("lock")
    private final RecentFrequencies<SampledKey> prefixes = new RecentFrequencies<>(PREFIXES_SIZE);

    @GuardedBy("lock")
    private final RecentFrequencies<SampledKey> hits = new RecentFrequencies<>(PREFIXES_SIZE);

    @GuardedBy("lock")
    private long windowNanos;

    @GuardedBy("lock")
    private long coveredFromNanos;

    @GuardedBy("lock")
    private @Nullable TrafficSession session;

    private volatile @Nullable Thread counting;

    /** Makes it; nothing is counted before figures are asked for or {@link #start} has been called. */
    public Accesses() {
        this(System::nanoTime, System::currentTimeMillis);
    }

    Accesses(LongSupplier clock, LongSupplier unixMillis) {
        this.clock = clock;
        this.unixMillis = unixMillis;
        this.windowNanos = clock.getAsLong();
        this.coveredFromNanos = windowNanos;
    }

    /** Starts the thread that counts. Called once at most. */
    public void start(String threadName) {
        Thread thread = new Thread(this::count, threadName);
        thread.setDaemon(true);
        counting = thread;
        thread.start();
    }

    private void count() {
        while (counting == Thread.currentThread()) {
            LockSupport.parkNanos(this, PERIOD.toNanos());
            tick();
        }
    }

    /** Counts what was sampled in a period, and adapts the sampling to it. */
    void tick() {
        lock.lock();
        try {
            countAll();
            queue.adapt();
        } finally {
            lock.unlock();
        }
    }

    /** Returns of how many accesses one is to be recorded: a power of two. Costs as much as a volatile field. */
    public int interval() {
        return queue.interval();
    }

    /**
     * Records an access that was drawn with the chance of 1 in {@code interval}. Never blocks. The array belongs to the caller.
     *
     * @param isHit whether the key was cached
     * @param valueBytes the length of the value that was found, 0 if there was none
     */
    public void record(byte[] source, int offset, int length, int interval, boolean isHit, int valueBytes) {
        queue.add(new AccessSample(SampledKey.of(source, offset, length), interval, isHit, valueBytes));
    }

    /** Returns what is known, with at most so many keys. Takes some milliseconds at most. */
    public AccessStats stats(int mostKeys) {
        return stats(mostKeys, key -> true);
    }

    /** As above, with those keys and prefixes alone that {@code named} accepts, which must not block; all accesses count. */
    public AccessStats stats(int mostKeys, Predicate<SampledKey> named) {
        lock.lock();
        try {
            countAll();
            Frequencies<SampledKey> all = keys.both();
            Frequencies<SampledKey> byPrefix = prefixes.both();
            Frequencies<SampledKey> hitsByPrefix = hits.both();
            List<PrefixAccesses> listed = new ArrayList<>();
            long otherAccesses = byPrefix.total();
            long otherHits = hitsByPrefix.total();
            for (Frequencies.Frequency<SampledKey> each : byPrefix.most(MAX_PREFIXES, named)) {
                long prefixHits =
                        Math.min(each.count(), hitsByPrefix.of(each.item()).count());
                otherAccesses -= each.count();
                otherHits -= prefixHits;
                listed.add(new PrefixAccesses(each.item(), each.count(), prefixHits, each.error()));
            }
            return new AccessStats(
                    Duration.ofNanos(clock.getAsLong() - coveredFromNanos),
                    all.total(),
                    hitsByPrefix.total(),
                    all.most(Math.min(mostKeys, MAX_KEYS), named).stream()
                            .map(each -> hotKey(each, all.total()))
                            .toList(),
                    List.copyOf(listed),
                    Math.max(0, otherAccesses),
                    Math.max(0, otherHits),
                    queue.interval(),
                    queue.dropped());
        } finally {
            lock.unlock();
        }
    }

    static HotKey hotKey(Frequencies.Frequency<SampledKey> frequency, long total) {
        double share = total == 0 ? 0 : Math.min(1, (double) frequency.count() / total);
        return new HotKey(frequency.item(), frequency.count(), frequency.error(), share);
    }

    @GuardedBy("lock")
    private void countAll() {
        long now = clock.getAsLong();
        rotate(now);
        // No more than the queue may hold: other threads add meanwhile.
        for (int left = SampleQueue.MAX_SAMPLES; left > 0; left--) {
            AccessSample sample = queue.take();
            if (sample == null) {
                return;
            }
            SampledKey prefix = sample.key().prefix();
            keys.add(sample.key(), sample.interval());
            prefixes.add(prefix, sample.interval());
            if (sample.isHit()) {
                hits.add(prefix, sample.interval());
            }
            if (session != null) {
                session.add(sample, now);
            }
        }
    }

    @GuardedBy("lock")
    private void rotate(long now) {
        // Twice if nothing has been counted for so long: all is forgotten then.
        for (int i = 0; i < 2 && now - windowNanos >= WINDOW.toNanos(); i++) {
            keys.rotate();
            prefixes.rotate();
            hits.rotate();
            coveredFromNanos = windowNanos;
            windowNanos = i == 0 ? windowNanos + WINDOW.toNanos() : now;
        }
    }

    /* --------------- Sessions --------------- */

    /**
     * Begins to count the bytes that are moved for each key, and forgets the session before; returns false if one is going on.
     *
     * @param count how many keys to report
     * @param ratio what the session reports as its ratio
     * @param seconds after how long it ends by itself, 0 for never
     */
    public boolean startSession(int count, int ratio, long seconds) {
        lock.lock();
        try {
            countAll();
            long now = clock.getAsLong();
            if (session != null && session.isActive(now)) {
                return false;
            }
            long most = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
            session = new TrafficSession(count, ratio, most, now, unixMillis.getAsLong());
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session, whose figures stay; returns false if none is going on. */
    public boolean stopSession() {
        lock.lock();
        try {
            countAll();
            long now = clock.getAsLong();
            if (session == null || !session.isActive(now)) {
                return false;
            }
            session.stop(now);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the session; returns false if it is going on. */
    public boolean resetSession() {
        lock.lock();
        try {
            if (session != null && session.isActive(clock.getAsLong())) {
                return false;
            }
            session = null;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the figures of the session, with those keys alone that {@code named} accepts, or null if there is no session. */
    public @Nullable KeyTraffic session(Predicate<SampledKey> named) {
        lock.lock();
        try {
            countAll();
            return session == null ? null : session.snapshot(clock.getAsLong(), named);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread. Figures may still be asked for. */
    @Override
    public void close() {
        Thread thread = counting;
        counting = null;
        LockSupport.unpark(thread);
    }
}
