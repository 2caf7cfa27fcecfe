package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether what is held, or is being loaded, may still be served: it ends entries and loads in flight as writes are reported,
 * and all of them when reports may have been missed. Thread-safe.
 */
final class Validity implements Invalidations {
    /*
     * A load is in the map of flights before its GET is sent. An invalidation first marks the flight and takes it off the map,
     * and then removes the entry under the table's lock. So later requests start another load. The old result is checked for
     * the mark under the same lock, so it is either not stored or removed again.
     *
     * When all keys may have changed, a new term begins. It does the same to all flights and entries: a flight knows the term
     * that it began in.
     */
    private final Tables tables;
    private final Flights flights;
    private final CacheClock clock;
    private final long graceNanos;
    private final long leaseNanos;
    private final List<byte[]> trackedPrefixes;

    private volatile Term term;

    /** The clock reading from which on nothing is served from memory: a lease that each sign of the store extends. */
    private volatile long servesUntil = Long.MAX_VALUE;

    private final LongAdder invalidations = new LongAdder();
    private final LongAdder flushes = new LongAdder();

    Validity(CacheConfig config, Tables tables, Flights flights, CacheClock clock) {
        TrackingConfig tracking = config.tracking();
        this.tables = tables;
        this.flights = flights;
        this.clock = clock;
        this.graceNanos = tracking == null ? 0 : tracking.grace().toNanos();
        this.leaseNanos = tracking == null ? 0 : tracking.lease().toNanos();
        this.trackedPrefixes = tracking == null ? List.of() : tracking.prefixBytes();
        this.term = new Term(tracking == null ? Coherence.TTL : Coherence.LOST);
    }

    /** Returns the clock reading from which on nothing may be served from memory. */
    long servesUntil() {
        return servesUntil;
    }

    boolean mayServe(long now) {
        return now < servesUntil;
    }

    Term term() {
        return term;
    }

    /** Returns whether writes to that key are reported while any are. */
    boolean isTracked(Key key) {
        if (trackedPrefixes.isEmpty()) {
            return true;
        }
        for (byte[] prefix : trackedPrefixes) {
            if (TrackingConfig.begins(key.bytes, prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Returns when an entry ceases to be fresh: at its own deadline, or at the end of the lease if reports are lost. */
    long end(Entry entry) {
        return term.coherence == Coherence.LOST ? Math.min(entry.deadline, servesUntil) : entry.deadline;
    }

    @Override
    public void invalidate(byte[] keyBytes) {
        boolean unused = drop(keyBytes);
    }

    /** Does what {@link #invalidate} does; returns whether there was an entry. */
    boolean drop(byte[] keyBytes) {
        Key key = new Key(keyBytes);
        boolean isLoading = flights.invalidate(key);
        boolean wasHeld = tables.remove(key, isLoading);
        if (wasHeld) {
            invalidations.increment();
        }
        return wasHeld;
    }

    @Override
    public synchronized void invalidateAll() {
        flushes.increment();
        begin(new Term(term.coherence));
        tables.clear();
    }

    @Override
    public synchronized void begin(Coherence coherence) {
        flushes.increment();
        begin(new Term(coherence));
        tables.clear();
        servesUntil = coherence == Coherence.TRACKING ? clock.now() + leaseNanos : Long.MAX_VALUE;
    }

    @Override
    public synchronized void heard(long nanosAgo) {
        if (term.isTracked()) {
            servesUntil = clock.now() - nanosAgo + Math.max(leaseNanos, graceNanos);
        }
    }

    @Override
    public synchronized void lose(long silentNanos) {
        if (term.isTracked() && graceNanos > silentNanos) {
            begin(new Term(Coherence.LOST));
            servesUntil = clock.now() - silentNanos + graceNanos;
        } else if (term.coherence != Coherence.LOST) {
            begin(Coherence.LOST);
        }
    }

    @GuardedBy("this")
    private void begin(Term next) {
        term = next;
        flights.removeAllBut(next);
    }

    @Override
    public Coherence coherence() {
        return term.coherence;
    }

    long invalidations() {
        return invalidations.sum();
    }

    long flushes() {
        return flushes.sum();
    }
}
