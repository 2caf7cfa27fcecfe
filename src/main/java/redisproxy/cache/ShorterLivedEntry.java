package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** An entry that lives for another time than most: the rest of the key's own life, or that of an absent key. */
final class ShorterLivedEntry extends Entry {
    private final long sentAt;

    ShorterLivedEntry(Key key, byte @Nullable [] value, long sentAt, long deadline, long loadedAt) {
        super(key, value, deadline, loadedAt);
        this.sentAt = sentAt;
    }

    @Override
    long sentAt(long ttlNanos) {
        return sentAt;
    }

    @Override
    boolean isStretchable() {
        return false;
    }
}
