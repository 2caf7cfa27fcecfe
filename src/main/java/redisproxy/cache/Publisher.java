package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** What a {@link Flight} asks of its cache: the clock and the term, and to publish its result. Thread-safe; never blocks. */
interface Publisher {
    /** Returns a reading of the cache's clock. */
    long now();

    /** Returns the term that holds at present. */
    Term term();

    /** Makes the entry of a result. */
    Entry entry(Key key, byte @Nullable [] value, boolean isTracked, long sentAt, long lifeNanos, long now);

    /** Caches the result if that is allowed, and ends the flight. */
    Provenance publish(Flight flight, Entry entry, long now);

    /** Ends a flight that failed. Returns an expired entry that is served instead, or null. */
    @Nullable
    Entry publishFailure(Flight flight, BackingStoreException cause);

    /** Starts a load for the listeners that waited for the end of an earlier one. */
    void loadLater(Key key, Waiters.Later later);
}
