package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is held, or is being loaded, may still be served: it ends entries and loads in flight as writes are reported,
 * and all of one origin when its reports may have been missed. Thread-safe.
 */
final class Validity implements Origins, Invalidations {
    private static final WriteListener NOBODY = new WriteListener() {
        @Override
        public void written(byte[] key, @Nullable Object writer) {}

        @Override
        public void written(Predicate<byte[]> matches) {}

        @Override
        public void allWritten() {}
    };

    /*
     * A load is in the map of flights before its GET is sent. An invalidation first marks the flight and takes it off the map,
     * and then removes the entry under the table's lock. So later requests start another load. The old result is checked for
     * the mark under the same lock, so it is either not stored or removed again. A flight is marked whenever it is taken off
     * the map without its result.
     *
     * When all keys of an origin may have changed, its term ends. Then the same is done to all flights that were sent in the
     * term. Its entries are not served from the moment of its end, and are removed before its number is given to another term. A
     * flight that learns its term while that ends takes itself off the map.
     */
    private final @Nullable TrackingConfig tracking;
    private final Tables tables;
    private final Flights flights;
    private final CacheClock clock;
    private final Terms terms = new Terms();
    private final OriginTerms first;

    @GuardedBy("this")
    private final List<OriginTerms> origins = new ArrayList<>();

    private volatile Coherence overall;

    /** The prefixes of the keys whose writes all origins report, none for all keys; null if one of them reports none. */
    private volatile @Nullable List<byte[]> reported;

    private volatile WriteListener listener = NOBODY;

    /** For how long values are served after the last confirmation when reports are lost. */
    private volatile long graceNanos;

    private final LongAdder invalidations = new LongAdder();
    private final LongAdder flushes = new LongAdder();

    Validity(CacheConfig config, Tables tables, Flights flights, CacheClock clock) {
        this.tracking = config.tracking();
        this.tables = tables;
        this.flights = flights;
        this.clock = clock;
        this.graceNanos = graceNanos(config);
        this.first = new OriginTerms(this, terms, clock, tracking, null);
        this.origins.add(first);
        this.overall = first.coherence();
    }

    private static long graceNanos(CacheConfig config) {
        return config.tracking() == null ? 0 : config.tracking().grace().toNanos();
    }

    /** Returns whether it is told of writes, as long as connections last. */
    boolean isTold() {
        return tracking != null;
    }

    long graceNanos() {
        return graceNanos;
    }

    /** Has another grace apply to what is confirmed, or lost, from now on. */
    void change(CacheConfig config) {
        graceNanos = graceNanos(config);
    }

    /** Returns whether the entry's term allows it to be served. */
    boolean mayServe(Entry entry, long now) {
        return terms.serves(entry, now);
    }

    /** Returns the server that an entry was read from, or null if that is not known. */
    @Nullable
    String server(Entry entry) {
        Term term = terms.of(entry);
        return term == null ? null : term.origin.server();
    }

    /** Returns what holds at present for the origin of an entry. */
    Coherence coherence(Entry entry) {
        Term term = terms.of(entry);
        return term == null ? overall : term.origin.coherence();
    }

    /** Returns the least that holds at present for any origin. */
    Coherence coherence() {
        return overall;
    }

    /** Returns when an entry ceases to be fresh: at its own deadline, or at the end of the lease if reports are lost. */
    long end(Entry entry) {
        return terms.end(entry);
    }

    /** Returns whether all writes to a key are reported at present. */
    boolean isReported(byte[] key) {
        List<byte[]> prefixes = reported;
        return prefixes != null && TrackedPrefixes.include(prefixes, key);
    }

    /** Returns whether writes to a key are reported during a term. */
    boolean isTracked(Key key, Term term) {
        return term.isTracked() && TrackedPrefixes.include(term.prefixes, key.bytes);
    }

    /* --------------- Writes --------------- */

    /** Has this listener told of all writes from now on, in place of the one before. */
    void tell(WriteListener told) {
        listener = told;
    }

    /** A key has been written by {@code writer}, as has been applied; null if that is not known. */
    void tell(Key key, @Nullable Object writer) {
        listener.written(key.bytes, writer);
    }

    /** All keys may have been written, as has been applied. */
    void tellAll() {
        listener.allWritten();
    }

    @Override
    public void invalidate(byte[] keyBytes) {
        boolean unused = drop(keyBytes);
    }

    /** Does what {@link #invalidate} does; returns whether there was an entry. */
    boolean drop(byte[] keyBytes) {
        boolean wasHeld = drop(new Key(keyBytes));
        listener.written(keyBytes, null);
        return wasHeld;
    }

    /** Does the same, and tells nobody. */
    boolean drop(Key key) {
        boolean isLoading = flights.invalidate(key);
        boolean wasHeld = tables.remove(key, isLoading);
        if (wasHeld) {
            invalidations.increment();
        }
        return wasHeld;
    }

    @Override
    public void invalidateIf(Predicate<byte[]> matches) {
        long unused = removeIf(matches);
    }

    /** Does what {@link #invalidate} does for each key that matches; returns how many entries there were. */
    long dropIf(Predicate<byte[]> matches) {
        long removed = removeIf(matches);
        invalidations.add(removed);
        return removed;
    }

    private long removeIf(Predicate<byte[]> matches) {
        flights.invalidateIf(flight -> matches.test(flight.key()));
        long removed = tables.removeIf(entry -> matches.test(entry.keyBytes()));
        listener.written(matches);
        return removed;
    }

    @Override
    public synchronized void invalidateAll() {
        countFlush();
        origins.forEach(OriginTerms::end);
        flights.invalidateIf(flight -> true);
        tables.clear();
        for (OriginTerms origin : origins) {
            releaseAllOf(origin);
            origin.startAgain();
        }
        tellAll();
    }

    /* --------------- Origins --------------- */

    @Override
    public OriginTerms origin() {
        return first;
    }

    @Override
    public synchronized Origin addOrigin(String server) {
        if (tracking == null) {
            return first;
        }
        OriginTerms added = new OriginTerms(this, terms, clock, tracking, server);
        origins.add(added);
        changed();
        return added;
    }

    synchronized void close(OriginTerms origin) {
        if (tracking != null && origins.contains(origin)) {
            origin.end();
            dropAllOf(origin);
            if (origin == first) {
                origin.start(Coherence.LOST, List.of());
            } else {
                origin.startLast();
                origins.remove(origin);
            }
            changed();
            tellAll();
        }
    }

    /** Something else holds for one of the origins. */
    synchronized void changed() {
        // The first has no part in a store with several.
        List<OriginTerms> present = origins.subList(origins.size() > 1 ? 1 : 0, origins.size());
        overall = present.stream()
                .map(OriginTerms::coherence)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        reported = overall == Coherence.TRACKING ? commonPrefixes(present) : null;
    }

    /** Returns the prefixes that all have; null if they have not noticed a change together. */
    private static @Nullable List<byte[]> commonPrefixes(List<OriginTerms> origins) {
        List<byte[]> some = origins.get(0).term().prefixes;
        return origins.stream()
                        .allMatch(origin ->
                                Arrays.deepEquals(origin.term().prefixes.toArray(), some.toArray()))
                ? some
                : null;
    }

    /** Drops what was read in terms that have ended. */
    @GuardedBy("this")
    void dropAllOf(OriginTerms origin) {
        dropFlightsOf(origin.term());
        int own = origin.termsWithEntries();
        if (own > 0 && terms.areAll(own)) {
            tables.clear();
        } else if (own > 0) {
            long unused = tables.removeIf(terms::hasEnded);
        }
        releaseAllOf(origin);
    }

    void dropFlightsOf(Term term) {
        flights.invalidateIf(flight -> flight.isOf(term));
    }

    @GuardedBy("this")
    private void releaseAllOf(OriginTerms origin) {
        terms.release(origin.term());
        Term former = origin.takeFormer();
        if (former != null) {
            terms.release(former);
        }
    }

    /* --------------- Figures --------------- */

    void countFlush() {
        flushes.increment();
    }

    long invalidations() {
        return invalidations.sum();
    }

    long flushes() {
        return flushes.sum();
    }
}
