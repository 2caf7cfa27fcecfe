package redisproxy.cache;

import java.util.function.Predicate;

/** What a cache knows of the servers that its values are read from. Thread-safe. */
public interface Origins {
    /** Returns the origin of what is read without naming one: that of a store with a single server. */
    Origin origin();

    /**
     * Makes an origin for one of several servers. Returns {@link #origin()} if the cache follows no writes at all.
     *
     * @param server the server's address, for those that look an entry up
     */
    Origin addOrigin(String server);

    /**
     * Other servers have taken over the keys that match: drops their entries, and does not cache the results of loads that have
     * begun before. Takes time in proportion to the number of entries. The predicate must not write to the key.
     */
    void invalidateIf(Predicate<byte[]> matches);
}
