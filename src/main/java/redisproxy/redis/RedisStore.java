package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStore;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.Relay;
import redisproxy.upstream.Upstream;

/**
 * A backing Redis: it loads keys for a cache, answers questions that the cache cannot answer, and executes commands that are passed on.
 * Thread-safe.
 */
public interface RedisStore extends BackingStore, Upstream, Relay {
    @Override
    default @Nullable PinnedConnection pin(byte @Nullable [] key, boolean resp3, int database, PinListener listener) {
        return null;
    }

    /** Returns the address of the server that a key is read from at present, or null if that is not known, or may be any of several. */
    default @Nullable String serverOf(byte[] key) {
        return null;
    }

    /** Returns the name of a thread that the store needs and that has ended, or null. Does not block. */
    @Nullable
    String lostThread();
}
