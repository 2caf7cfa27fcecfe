package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStore;
import redisproxy.upstream.Upstream;

/** A backing Redis: it loads keys for a cache, and answers questions that the cache cannot answer. Thread-safe. */
public interface RedisStore extends BackingStore, Upstream {
    /** Returns the address of the server that a key is read from at present, or null if that is not known, or may be any of several. */
    default @Nullable String serverOf(byte[] key) {
        return null;
    }

    /** Returns the name of a thread that the store needs and that has ended, or null. Does not block. */
    @Nullable
    String lostThread();
}
