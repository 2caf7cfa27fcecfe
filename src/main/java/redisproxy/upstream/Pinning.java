package redisproxy.upstream;

import org.jspecify.annotations.Nullable;

/** Opens connections to Redis that one client has to itself. Implementations are thread-safe. */
public interface Pinning {
    /**
     * Opens a connection that one client has to itself. Does not block: requests that are sent before it is open leave then. Returns
     * null if as many as are allowed are in use.
     *
     * @param key the key that says which server of a Cluster it leads to; null if any server will do
     * @param database the number of the database that is selected
     */
    @Nullable
    PinnedConnection pin(byte @Nullable [] key, boolean resp3, int database, PinListener listener);

    /** Returns how many of them there are, and may be. Does not block. */
    default PinStats pinned() {
        return PinStats.NONE;
    }

    /** Returns how many pinned connections there may be at one time. */
    default int mostPinned() {
        return pinned().most();
    }
}
