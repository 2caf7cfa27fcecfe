package redisproxy.cache;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** For how long entries are served: their time to live, and how long after that they are served stale. Thread-safe. */
final class Freshness {
    /** Longer than any entry is served. What a key lives beyond it is of no matter, and would overflow. */
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(36_500);

    private final boolean isTracking;
    private volatile Times times;
    private volatile Lives lives;
    private final LongAdder staleServed = new LongAdder();

    private record Times(long ttlNanos, long negativeTtlNanos, long staleIfErrorNanos, long staleWhileRevalidateNanos) {
        static Times of(CacheConfig config) {
            return new Times(
                    config.ttl().toNanos(),
                    config.negativeTtl().toNanos(),
                    config.staleIfError().toNanos(),
                    config.staleWhileRevalidate().toNanos());
        }
    }

    Freshness(CacheConfig config) {
        this.isTracking = config.tracking() != null;
        this.times = Times.of(config);
        this.lives = Lives.first(times.ttlNanos);
    }

    /**
     * Makes the entry of what a load brought.
     *
     * @param term when it was read; if writes are reported in it, an absent key may be kept for as long as a value
     * @param sentAt when the key was read
     * @param lifeNanos for how long the key itself lived on from {@code sentAt}
     */
    Entry entry(Key key, byte @Nullable [] value, Term term, long sentAt, long lifeNanos, long now) {
        Times present = times;
        Lives usual = lives;
        boolean hasTtl = value != null || term.isTracked();
        long life = Math.min(hasTtl ? present.ttlNanos : present.negativeTtlNanos, lifeNanos);
        // A key that expires by itself does so by a longer TTL, too.
        if (hasTtl && life == usual.nanos() && lifeNanos >= LONGEST_NANOS) {
            return new Entry(key, value, term, usual.deadline(sentAt), now);
        }
        long end = sentAt + (hasTtl ? Math.min(lifeNanos, LONGEST_NANOS) : life);
        return new ShorterLivedEntry(key, value, term, sentAt, sentAt + life, end, now);
    }

    /** Returns for how many nanoseconds the value has been known. */
    @SuppressWarnings("ReferenceEquality") // Equal lives may have come back after others.
    long ageNanos(Entry entry, long now) {
        Lives seen;
        long sentAt;
        do {
            seen = lives;
            sentAt = entry.sentAt(seen);
            // A deadline that has moved meanwhile, by one change or more, may have been taken for one of other lives.
        } while (seen != lives);
        return now - sentAt;
    }

    /** Returns whether an expired entry is served while it is loaded again. */
    boolean isServedWhileRevalidated(Entry entry, long now) {
        return isStaleWithin(times.staleWhileRevalidateNanos, entry, now);
    }

    /** Returns whether an expired entry is served in place of an error. */
    boolean isServedOnError(Entry entry, long now) {
        return isStaleWithin(times.staleIfErrorNanos, entry, now);
    }

    boolean servesOnError() {
        return times.staleIfErrorNanos > 0;
    }

    /** Returns whether the entry expired less than so many nanoseconds ago, and the key itself lives on. */
    static boolean isStaleWithin(long nanos, Entry entry, long now) {
        return now - entry.deadline < nanos && entry.mayBeServedStale(now);
    }

    /* --------------- Changes while entries are served --------------- */

    /**
     * Has new entries live by this configuration. Returns whether those that are held live by other times now: then call {@link
     * #settle} for all of them before the next change. One thread at a time.
     */
    synchronized boolean change(CacheConfig config) {
        Times before = times;
        Times next = Times.of(config);
        boolean isOtherTtl = next.ttlNanos != before.ttlNanos;
        if (isOtherTtl) {
            // Entries that are made meanwhile have one or the other: each is right by the lowest bit of its deadline.
            lives = lives.changed(next.ttlNanos);
        }
        times = next;
        return isOtherTtl || next.negativeTtlNanos != before.negativeTtlNanos;
    }

    /**
     * Has an entry live by the present configuration, if it was made by the one before. To be called for entries that were made before
     * the change and stored after it, too.
     */
    void settle(Entry entry) {
        if (!isSettled(entry)) {
            settleSlowly(entry);
        }
    }

    private boolean isSettled(Entry entry) {
        return entry instanceof ShorterLivedEntry own ? own.lives(ttlNanos(entry)) : lives.isPresent(entry.deadline);
    }

    /** Under the lock, so that nobody moves a deadline by times that are being replaced. */
    private synchronized void settleSlowly(Entry entry) {
        if (entry instanceof ShorterLivedEntry own) {
            own.live(ttlNanos(entry));
        } else {
            entry.moveDeadline(lives);
        }
    }

    private long ttlNanos(Entry entry) {
        Times present = times;
        return entry.isAbsent() && !isTracking ? present.negativeTtlNanos : present.ttlNanos;
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
