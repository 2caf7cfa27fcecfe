package redisproxy.cache;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Is told of each write that a cache is told of, whether the key is cached or not: by the backing store, or because it was written through
 * the proxy. Told after the write has been applied: a key that is looked up from then on is not answered from before it. Thread-safe;
 * called on any thread, with locks held, so no method may block, throw, or call the cache back.
 */
public interface WriteListener {
    /**
     * A key has been written, or may have been. {@code key} must not be written to.
     *
     * @param writer who wrote it, if that is known; compare by identity
     */
    void written(byte[] key, @Nullable Object writer);

    /** The keys that match may have been written. The predicate must not write to them, and is used only during the call. */
    void written(Predicate<byte[]> matches);

    /** All keys may have been written. */
    void allWritten();
}
