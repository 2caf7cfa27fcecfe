package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One load in flight and the listeners that wait for it. Thread-safe; the first result counts and later ones are ignored. */
final class Flight implements Load, Admission {
    /** Loads that no request waits for take turns as those of one asker: many of them hold up no request. */
    private static final Object RENEWALS = new Object();

    /** It has not been sent. */
    static final long UNSENT = Long.MIN_VALUE;

    /** Since when the first listener has been waiting. */
    final long startedAt;

    private final Publisher publisher;
    private final Key key;

    /** The term that the request is sent in, or would be as far as is known. */
    private volatile Term term;

    /** Whether a listener allows the result to be cached. */
    private volatile boolean stores;

    /** The key has been written since the flight began. */
    private volatile boolean invalidated;

    /** The key had been written before the GET left: the result may be newer than that of the load that replaced this one. */
    private volatile boolean invalidatedBeforeSent;

    /** When it was sent last. */
    volatile long sentAt = UNSENT;

    /** Where that was, if it is known; {@link #sentAt} publishes it. */
    @Nullable
    String server;

    /** Used under this object's lock until it is closed, but for its first listener. */
    final Waiters waiters;

    /** Another load has brought what may be newer, so listeners that join now wait for the load after this one. */
    @GuardedBy("this")
    private boolean isSuperseded;

    /** A listener joined that takes no answer from before it joined, while the GET had not been sent. */
    @GuardedBy("this")
    private boolean isWantedAnew;

    /** A result has been chosen. It may not have been published yet. */
    @GuardedBy("this")
    private boolean isDecided;

    /** Makes a flight that is sent in that term, unless {@link #sending(Term)} says otherwise. The waiters get the result. */
    Flight(Publisher publisher, Key key, Term term, long startedAt, LoadMode mode, Waiters waiters) {
        this.publisher = publisher;
        this.key = key;
        this.term = term;
        this.startedAt = startedAt;
        this.stores = mode.stores();
        this.waiters = waiters;
    }

    Key cacheKey() {
        return key;
    }

    @Override
    public byte[] key() {
        return key.bytes;
    }

    @Override
    public long waitedNanos() {
        return publisher.now() - startedAt;
    }

    /** Without asking the clock, which costs more than all else that a queue does with a load. */
    @Override
    public boolean isOlderThan(Load other) {
        return other instanceof Flight flight ? startedAt < flight.startedAt : Load.super.isOlderThan(other);
    }

    @Override
    public void sending() {
        sentAt = publisher.now();
    }

    @Override
    public long now() {
        return publisher.now();
    }

    @Override
    public void sending(Term sendingIn, String address, long at) {
        server = address;
        sending(sendingIn, at);
    }

    @Override
    public void sending(Term sendingIn) {
        sending(sendingIn, publisher.now());
    }

    private void sending(Term sendingIn, long at) {
        sentAt = at;
        if (term != sendingIn) {
            term = sendingIn;
        }
        if (sendingIn.isOver()) {
            // Its end may have been told to the flights before this one belonged to it.
            publisher.withdraw(this);
        }
    }

    @Override
    public void sent() {
        if (!isCurrent()) {
            invalidatedBeforeSent = true;
        }
    }

    @Override
    public boolean needsLife() {
        return publisher.needsLife(key, term);
    }

    /* --------------- Joining --------------- */

    /** Adds a listener; returns false if the result has been handed out already. */
    synchronized boolean join(LoadListener listener, LoadMode mode) {
        if (waiters.isClosed()) {
            return false;
        }
        if (isSuperseded) {
            waiters.joinLater(listener, mode, publisher.now());
            return true;
        }
        if (mode.stores()) {
            stores = true;
        }
        waiters.join(listener);
        return true;
    }

    /**
     * Adds a listener that takes no answer from before now: to this flight if its GET has not been sent, else to the load after
     * it. Returns false if the result has been handed out already.
     */
    synchronized boolean joinAnew(LoadListener listener, LoadMode mode) {
        if (waiters.isClosed()) {
            return false;
        }
        if (sentAt == UNSENT && !isDecided) {
            isWantedAnew = true;
            return join(listener, mode);
        }
        waiters.joinLater(listener, mode, publisher.now());
        return true;
    }

    /** Adds listeners that were already waiting when this flight began, so that its answer is new enough for them. */
    synchronized boolean joinAll(List<LoadListener> listeners, LoadMode mode) {
        boolean isSent = sentAt != UNSENT;
        return !waiters.isClosed()
                && listeners.stream().allMatch(listener -> isSent ? join(listener, mode) : joinAnew(listener, mode));
    }

    /* --------------- Validity --------------- */

    /** The key has been written: the result may be from before, and is not cached. */
    void invalidate() {
        invalidated = true;
    }

    /** Another load has brought what may be newer than the result of this one, if this one has been sent. */
    synchronized void supersede() {
        if (sentAt != UNSENT) {
            isSuperseded = true;
            invalidate();
        }
    }

    boolean isInvalidatedBeforeSent() {
        return invalidatedBeforeSent;
    }

    boolean isOf(Term other) {
        return term == other;
    }

    /** Returns whether no reported write can have made the result wrong. */
    boolean isCurrent() {
        return !invalidated && !term.isOver();
    }

    @Override
    public boolean mayBeStored() {
        return stores
                && isCurrent()
                && term.id != Terms.NONE
                && key.bytes.length <= Entry.MAX_KEY_BYTES
                && !publisher.isBeingWritten(key)
                && isFollowed();
    }

    /** Returns whether writes to the key are reported while it is sent, or values live for their time anyway. */
    private boolean isFollowed() {
        Term sentIn = term;
        return sentIn.coherence == Coherence.TTL || publisher.isTracked(key, sentIn);
    }

    /** Returns whether the origin that it was sent to reports no writes at present, though it should. */
    boolean isOriginLost() {
        return term.origin.coherence() == Coherence.LOST;
    }

    /** Returns how the result came about if it is not cached. */
    Provenance uncached() {
        return isFollowed() ? Provenance.PASSED : Provenance.BYPASSED;
    }

    /* --------------- The result --------------- */

    @Override
    public void complete(byte @Nullable [] value, long lifeNanos) {
        if (!decide()) {
            return;
        }
        Entry entry;
        Provenance provenance;
        long now;
        try {
            if (lifeNanos < 0) {
                invalidate();
            }
            now = publisher.now();
            entry = publisher.entry(key, value, term, sentAt, Math.max(0, lifeNanos), now);
            provenance = publisher.publish(this, entry, now);
        } catch (RuntimeException | Error e) {
            // The heap is too small for the value, or its length is more than an array may have.
            finishFailed(BackingStoreException.unavailable("the value cannot be held: " + e.getMessage(), e));
            return;
        }
        finish(entry, provenance, null, publisher.report(this, entry, now));
    }

    @Override
    public void fail(BackingStoreException cause) {
        if (decide()) {
            finishFailed(cause);
        }
    }

    private synchronized boolean decide() {
        boolean isFirst = !isDecided;
        isDecided = true;
        return isFirst;
    }

    /** Chooses the result of an earlier load, unless a listener here takes no answer from before it joined. */
    synchronized boolean decideOnEarlier() {
        isDecided = !isWantedAnew;
        return isDecided;
    }

    /** Hands out an entry that was {@linkplain #decideOnEarlier chosen}. */
    void finishWith(Entry entry) {
        finish(entry, Provenance.STORED, null, null);
        flush();
    }

    private void finishFailed(BackingStoreException cause) {
        Entry stale = publisher.publishFailure(this, cause);
        boolean isSeen = stale == null && isWaitedFor();
        finish(stale, Provenance.STALE, stale == null ? cause : null, publisher.reportFailure(this, cause, isSeen));
    }

    private synchronized boolean isWaitedFor() {
        return waiters.hasAny();
    }

    /** Hands the result out, has the listeners served that want a later one, and has the observer get the report, if any. */
    private void finish(
            @Nullable Entry entry,
            Provenance provenance,
            @Nullable BackingStoreException failure,
            @Nullable LoadReport report) {
        Waiters.Later later;
        synchronized (this) {
            later = waiters.close();
        }
        waiters.tell(entry, provenance, failure);
        if (later != null) {
            publisher.loadLater(key, later);
        }
        if (report != null) {
            publisher.tell(report);
        }
    }

    @Override
    public void flush() {
        boolean isFinished;
        synchronized (this) {
            isFinished = waiters.isClosed();
        }
        if (isFinished) {
            waiters.flush();
        }
    }

    @Override
    public Object recipient() {
        LoadListener first = waiters.first();
        return first == null ? RENEWALS : first.recipient();
    }
}
