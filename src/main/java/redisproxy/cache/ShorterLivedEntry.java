package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** An entry with an end of its own: that of the key itself, which has come or may come soon, or that of an absent key. */
final class ShorterLivedEntry extends Entry {
    /** What it takes beside what every entry takes. */
    static final int MORE_BYTES = 16;

    private final long sentAt;

    /** The first clock reading at which it is not served on any account. */
    private final long end;

    ShorterLivedEntry(Key key, byte @Nullable [] value, long sentAt, long deadline, long end, long loadedAt) {
        super(key, value, deadline, loadedAt);
        this.sentAt = sentAt;
        this.end = end;
    }

    @Override
    long sentAt(long ttlNanos) {
        return sentAt;
    }

    @Override
    boolean isStretchable(long now) {
        return now < end;
    }
}
