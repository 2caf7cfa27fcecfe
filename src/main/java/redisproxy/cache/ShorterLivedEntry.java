package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** An entry that ends before its time to live, or that may not be served stale: the key itself expires, or is absent. */
final class ShorterLivedEntry extends Entry {
    /** Heap that it takes in addition to what every entry takes. */
    static final int MORE_BYTES = 16;

    private final long sentAt;

    /** The first clock reading at which it is not served, not even stale. */
    private final long end;

    ShorterLivedEntry(
            Key key, byte @Nullable [] value, Term term, long sentAt, long deadline, long end, long loadedAt) {
        super(key, value, term, deadline, loadedAt);
        this.sentAt = sentAt;
        this.end = end;
    }

    @Override
    long sentAt(Lives lives) {
        return sentAt;
    }

    @Override
    void moveDeadline(Lives lives) {
        // It depends on more than the TTL: Freshness sets it.
    }

    /** Has it live for so long from when it was asked for, or for as long as the key, whichever is shorter. */
    void live(long nanos) {
        setDeadline(Math.min(sentAt + nanos, end));
    }

    /** Returns whether it does. */
    boolean lives(long nanos) {
        return deadline == Math.min(sentAt + nanos, end);
    }

    @Override
    boolean mayBeServedStale(long now) {
        return now < end;
    }
}
