package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** What a {@link Flight} asks of its cache: the clock, and to publish its result. Thread-safe; never blocks. */
interface Publisher {
    /** Returns a reading of the cache's clock. */
    long now();

    /** Returns whether writes to a key are reported during a term. */
    boolean isTracked(Key key, Term term);

    /** Returns whether it matters for how long a key lives that is read in a term. */
    boolean needsLife(Key key, Term term);

    /** Returns whether a write to a key is under way, so that no result is cached. */
    boolean isBeingWritten(Key key);

    /** Keeps later requests from joining a flight, and its result from being cached. */
    void withdraw(Flight flight);

    /** Makes the entry of a result. */
    Entry entry(Key key, byte @Nullable [] value, Term term, long sentAt, long lifeNanos, long now);

    /** Caches the result if that is allowed, and ends the flight. */
    Provenance publish(Flight flight, Entry entry, long now);

    /** Ends a flight that failed. Returns an expired entry that is served instead, or null. Does not throw. */
    @Nullable
    Entry publishFailure(Flight flight, BackingStoreException cause);

    /**
     * Tells that a flight has brought this entry. Returns how it went, for {@link #tell}, or null if no observer wants to know that. Does
     * not throw.
     */
    @Nullable
    LoadReport report(Flight flight, Entry entry, long now);

    /** As above, for a flight that has failed; {@code isSeen} says whether somebody is told so. */
    @Nullable
    LoadReport reportFailure(Flight flight, BackingStoreException cause, boolean isSeen);

    /** Gives the observer a report, once those that waited have their result. */
    void tell(LoadReport report);

    /** Starts a load for the listeners that waited for the end of an earlier one. */
    void loadLater(Key key, Waiters.Later later);
}
