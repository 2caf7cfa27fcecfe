package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;

/** Tells which server a connection for one client leads to. Implementations are thread-safe, and no method blocks. */
interface PinTargets {
    /**
     * Returns the server; null if none is known at present, and may be soon.
     *
     * @param key the key that says which server of a Cluster it is; null if any server will do
     * @throws BackingStoreException if there is none, and why
     */
    @Nullable
    NodeConfig pinTarget(byte @Nullable [] key);

    /** A connection could not be opened. Returns whether another server may be told soon. */
    default boolean pinFailed() {
        return false;
    }
}
