package redisproxy.cache;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** For how long entries are served: their time to live, and how long after that they are served stale. Thread-safe. */
final class Freshness {
    private final long ttlNanos;
    private final long negativeTtlNanos;
    private final long staleIfErrorNanos;
    private final long staleWhileRevalidateNanos;
    private final long longestStaleNanos;
    private final LongAdder staleServed = new LongAdder();

    Freshness(CacheConfig config) {
        this.ttlNanos = config.ttl().toNanos();
        this.negativeTtlNanos = config.negativeTtl().toNanos();
        this.staleIfErrorNanos = config.staleIfError().toNanos();
        this.staleWhileRevalidateNanos = config.staleWhileRevalidate().toNanos();
        this.longestStaleNanos = Math.max(staleIfErrorNanos, staleWhileRevalidateNanos);
    }

    /**
     * Makes the entry of what a load brought.
     *
     * @param term when it was read; if writes are reported in it, an absent key may be kept for as long as a value
     * @param sentAt when the key was read
     * @param lifeNanos for how long the key itself lived on from {@code sentAt}
     */
    Entry entry(Key key, byte @Nullable [] value, Term term, long sentAt, long lifeNanos, long now) {
        long ttl = value != null || term.isTracked() ? ttlNanos : negativeTtlNanos;
        long life = Math.min(ttl, lifeNanos);
        if (life == ttlNanos && lifeNanos - ttlNanos >= longestStaleNanos) {
            return new Entry(key, value, term, sentAt + life, now);
        }
        long end = sentAt + (ttl == ttlNanos ? lifeNanos : life);
        return new ShorterLivedEntry(key, value, term, sentAt, sentAt + life, end, now);
    }

    /** Returns for how many nanoseconds the value has been known. */
    long ageNanos(Entry entry, long now) {
        return now - entry.sentAt(ttlNanos);
    }

    /** Returns whether an expired entry is served while it is loaded again. */
    boolean isServedWhileRevalidated(Entry entry, long now) {
        return isStaleWithin(staleWhileRevalidateNanos, entry, now);
    }

    /** Returns whether an expired entry is served in place of an error. */
    boolean isServedOnError(Entry entry, long now) {
        return isStaleWithin(staleIfErrorNanos, entry, now);
    }

    boolean servesOnError() {
        return staleIfErrorNanos > 0;
    }

    /** Returns whether the entry expired less than so many nanoseconds ago, and the key itself lives on. */
    static boolean isStaleWithin(long nanos, Entry entry, long now) {
        return now - entry.deadline < nanos && entry.mayBeServedStale(now);
    }

    /** Counts an expired entry that is about to be served; returns it. */
    Entry stale(Entry entry) {
        staleServed.increment();
        return entry;
    }

    long staleServed() {
        return staleServed.sum();
    }
}
