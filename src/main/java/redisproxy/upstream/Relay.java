package redisproxy.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Passes on to Redis what the cache does not answer. Implementations are thread-safe. */
public interface Relay {
    /**
     * Takes over commands that were passed on together. Does not block. Each is replied to or failed in bounded time, on any thread
     * (the caller's included), and {@linkplain PassedCommand#flush() flushed} after that.
     */
    void pass(List<PassedCommand> commands);

    /**
     * Returns the commands of the backing server; those of none before it has told them. Does not block. The first call has the server
     * asked, and each connection on which commands are passed on has it asked again, since it may lead to another version.
     */
    CommandCatalog commands();

    /**
     * Opens a connection that one client has to itself. Does not block: requests that are sent before it is open leave then. Returns
     * null if as many as are allowed are in use.
     *
     * @param key the key that says which server of a Cluster it leads to; null if any server will do
     * @param database the number of the database that is selected
     */
    @Nullable
    PinnedConnection pin(byte @Nullable [] key, boolean resp3, int database, PinListener listener);

    /** Returns how many pinned connections there may be at one time. */
    int mostPinned();
}
