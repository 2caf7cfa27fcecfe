package redisproxy.cache;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terms of one origin, one after the other, and what each change of term does to what was read before. Thread-safe: the
 * validity's lock guards all changes, of all origins.
 */
final class OriginTerms implements Origin {
    private final Validity validity;
    private final Terms terms;
    private final CacheClock clock;
    private final long leaseNanos;
    private final @Nullable TrackingConfig tracking;
    private final @Nullable String server;

    private volatile Term term;

    /** A term that is over, whose entries are still served for a time; null if there is none. Used under the lock. */
    private @Nullable Term former;

    /** Nothing is read any more. Used under the lock. */
    private boolean isClosed;

    /** Makes an origin that reports no writes yet, or never if {@code tracking} is null; {@code server} is its address, if it has one. */
    OriginTerms(
            Validity validity,
            Terms terms,
            CacheClock clock,
            @Nullable TrackingConfig tracking,
            @Nullable String server) {
        this.server = server;
        this.validity = validity;
        this.terms = terms;
        this.clock = clock;
        this.leaseNanos = tracking == null ? 0 : tracking.lease().toNanos();
        this.tracking = tracking;
        this.term = terms.begin(this, tracking == null ? Coherence.TTL : Coherence.LOST, List.of());
        terms.serve(term, Long.MAX_VALUE);
    }

    @Override
    public Term term() {
        return term;
    }

    @Override
    public @Nullable String server() {
        return server;
    }

    @Override
    public Coherence coherence() {
        return term.coherence;
    }

    @Override
    public Duration grace() {
        return Duration.ofNanos(validity.graceNanos());
    }

    @Override
    public void invalidate(byte[] key) {
        validity.invalidate(key);
    }

    @Override
    public void invalidateAll() {
        synchronized (validity) {
            begin(term.coherence, term.prefixes);
        }
    }

    @Override
    public void begin(Coherence coherence) {
        begin(coherence, tracking == null ? List.of() : TrackedPrefixes.bytes(tracking.prefixes()));
    }

    @Override
    public void beginTracking(List<String> prefixes) {
        begin(Coherence.TRACKING, TrackedPrefixes.bytes(prefixes));
    }

    private void begin(Coherence coherence, List<byte[]> prefixes) {
        synchronized (validity) {
            if (isClosed) {
                return;
            }
            validity.countFlush();
            end();
            validity.dropAllOf(this);
            start(coherence, prefixes);
            validity.tellAll();
        }
    }

    @Override
    public void heard(long nanosAgo) {
        synchronized (validity) {
            if (term.isTracked()) {
                terms.serve(term, clock.now() - nanosAgo + Math.max(leaseNanos, validity.graceNanos()));
            }
        }
    }

    @Override
    public void lose(long silentNanos) {
        synchronized (validity) {
            long graceNanos = validity.graceNanos();
            if (term.isTracked() && graceNanos > silentNanos) {
                former = term;
                term.end();
                validity.dropFlightsOf(term);
                terms.serve(term, clock.now() - silentNanos + graceNanos);
                start(Coherence.LOST, List.of());
                validity.tellAll();
            } else if (term.coherence != Coherence.LOST) {
                begin(Coherence.LOST);
            }
        }
    }

    @Override
    public void close() {
        validity.close(this);
    }

    /** Ends the term, and that before which still has entries. Call it under the lock, as the methods below. */
    void end() {
        terms.end(term);
        if (former != null) {
            terms.end(former);
        }
    }

    /** Begins the last term, in which nothing is kept, whatever is told by those that have not noticed yet. */
    void startLast() {
        start(Coherence.LOST, List.of());
        isClosed = true;
    }

    /** Begins a term, after the end of what was read before it. */
    void start(Coherence coherence, List<byte[]> prefixes) {
        Term next = terms.begin(this, coherence, prefixes);
        terms.serve(next, next.isTracked() ? clock.now() + leaseNanos : Long.MAX_VALUE);
        term = next;
        validity.changed();
    }

    /** Begins a term in which the same holds as in the one before. */
    void startAgain() {
        start(term.coherence, term.prefixes);
    }

    /** Returns how many terms there may be entries of. */
    int termsWithEntries() {
        return (term.id == Terms.NONE ? 0 : 1) + (former == null ? 0 : 1);
    }

    /** Returns the term before that still has entries, or null; forgets it. */
    @Nullable
    Term takeFormer() {
        Term taken = former;
        former = null;
        return taken;
    }
}
