package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One load in progress and all who wait for it. Made by {@link ReadThroughCache}, finished by the {@link
 * BackingStore}. Thread-safe; the first result wins and later ones are ignored, so a store may fail a load that is
 * overdue without knowing whether an answer is arriving.
 */
final class Flight implements Load {
    private static final System.Logger LOG = System.getLogger(Flight.class.getName());

    private static final long UNSENT = Long.MIN_VALUE;

    private final ReadThroughCache cache;
    private final Key key;
    private final Term term;
    private final boolean isTracked;
    private final long startedAt;

    /** Whether anybody who waits lets the result be cached. */
    private volatile boolean stores;

    /** The key has been written since. */
    private volatile boolean invalidated;

    /** The key has been written before it was asked for: the result may be newer than that of the load after this. */
    private volatile boolean isLate;

    /** What those who come from now on wait for is asked for later: they may have seen what is newer. */
    @GuardedBy("this")
    private boolean isOvertaken;

    private volatile long sentAt = UNSENT;

    @GuardedBy("this")
    private final List<LoadListener> listeners;

    /** Those who want an answer that was asked for later. */
    @GuardedBy("this")
    private @Nullable List<LoadListener> nextListeners;

    @GuardedBy("this")
    private LoadMode nextMode = LoadMode.ANEW_UNSTORED;

    @GuardedBy("this")
    private long nextSince;

    /** Somebody waits who takes no answer that was asked for before, since nothing has been asked for yet. */
    @GuardedBy("this")
    private boolean isWantedAnew;

    /** A result has been chosen; it may not be published yet. */
    @GuardedBy("this")
    private boolean decided;

    /** The result is published; the list of listeners is final. */
    @GuardedBy("this")
    private boolean landed;

    /** Makes a flight for those listeners, of whom the first has it started, at {@code startedAt}. */
    Flight(ReadThroughCache cache, Key key, Term term, long startedAt, LoadMode mode, List<LoadListener> listeners) {
        this.cache = cache;
        this.key = key;
        this.term = term;
        this.isTracked = term.isTracked() && cache.isTracked(key);
        this.startedAt = startedAt;
        this.stores = mode.stores();
        this.listeners = new ArrayList<>(listeners);
    }

    @Override
    public byte[] key() {
        return key.bytes;
    }

    @Override
    public long waitedNanos() {
        return cache.now() - startedAt;
    }

    @Override
    public void sending() {
        sentAt = cache.now();
    }

    @Override
    public void sent() {
        if (!isCurrent()) {
            isLate = true;
        }
    }

    @Override
    public boolean needsLife() {
        return isTracked;
    }

    @Override
    public void complete(byte @Nullable [] value, long lifeNanos) {
        if (decide()) {
            Entry entry;
            Provenance provenance;
            try {
                if (lifeNanos < 0) {
                    invalidate();
                }
                long now = cache.now();
                entry = cache.entry(key, value, term, sentAt, Math.max(0, lifeNanos), now);
                provenance = cache.publish(this, key, entry, now);
            } catch (RuntimeException | Error e) {
                // The heap, or the length that an array may have, does not suffice for the value.
                landFailed(BackingStoreException.unavailable("the value cannot be held: " + e.getMessage(), e));
                return;
            }
            land(listener -> listener.loaded(entry, provenance));
        }
    }

    @Override
    public void fail(BackingStoreException cause) {
        if (decide()) {
            landFailed(cause);
        }
    }

    @Override
    public void flush() {
        for (LoadListener listener : landedListeners()) {
            tell(listener::flush);
        }
    }

    /** Adds one who waits; returns false if the result has already been handed out. */
    synchronized boolean join(LoadListener listener, LoadMode mode) {
        if (landed) {
            return false;
        }
        if (isOvertaken) {
            return joinNext(listener, mode);
        }
        if (mode.stores()) {
            stores = true;
        }
        listener.joined();
        return listeners.add(listener);
    }

    /** Adds those for whom an answer is new enough that is asked for, or has been, while they have been waiting. */
    synchronized boolean joinAll(List<LoadListener> waiting, LoadMode mode) {
        boolean isSent = sentAt != UNSENT;
        return !landed
                && waiting.stream().allMatch(listener -> isSent ? join(listener, mode) : joinAnew(listener, mode));
    }

    /**
     * Adds one who waits for an answer that has not been asked for yet, of this flight or else of the next; returns false
     * if the result of this has already been handed out.
     */
    synchronized boolean joinAnew(LoadListener listener, LoadMode mode) {
        if (landed) {
            return false;
        }
        if (sentAt == UNSENT && !decided) {
            isWantedAnew = true;
            return join(listener, mode);
        }
        return joinNext(listener, mode);
    }

    @GuardedBy("this")
    private boolean joinNext(LoadListener listener, LoadMode mode) {
        if (nextListeners == null) {
            nextListeners = new ArrayList<>(1);
            nextSince = cache.now();
        } else {
            listener.joined();
        }
        if (mode.stores()) {
            nextMode = LoadMode.ANEW;
        }
        return nextListeners.add(listener);
    }

    /** From now on the result is nothing to cache: the key has been written, and it may be from before. */
    void invalidate() {
        invalidated = true;
    }

    /** Another load has brought what may be newer than the result of this one, if this one has been sent. */
    synchronized void overtake() {
        if (sentAt != UNSENT) {
            isOvertaken = true;
            invalidate();
        }
    }

    /** Returns whether the result may be newer than that of a load that began later. */
    boolean isLate() {
        return isLate;
    }

    boolean isOf(Term other) {
        return term == other;
    }

    /** Returns whether no write may have made the result wrong. */
    boolean isCurrent() {
        return !invalidated && term == cache.term();
    }

    /** Returns whether the result may be cached by now. */
    boolean mayBeStored() {
        return stores && isCurrent() && (isTracked || term.coherence == Coherence.TTL);
    }

    /** Returns why the result is not cached. */
    Provenance passed() {
        return isTracked || term.coherence == Coherence.TTL ? Provenance.PASSED : Provenance.BYPASSED;
    }

    /** Chooses what somebody else has just loaded, unless it was asked for too early for somebody who waits here. */
    synchronized boolean decideOnEarlier() {
        decided = !isWantedAnew;
        return decided;
    }

    /** Hands {@code entry}, which has been {@linkplain #decideOnEarlier chosen}, to those who wait here. */
    void landWith(Entry entry) {
        land(listener -> {
            listener.loaded(entry, Provenance.STORED);
            listener.flush();
        });
    }

    @Override
    public synchronized Object recipient() {
        return listeners.isEmpty() ? this : listeners.get(0).recipient();
    }

    private void landFailed(BackingStoreException cause) {
        Entry stale = insteadOf(cause);
        if (stale == null) {
            land(listener -> listener.failed(cause));
        } else {
            land(listener -> listener.loaded(stale, Provenance.STALE));
        }
    }

    private @Nullable Entry insteadOf(BackingStoreException cause) {
        try {
            return cache.publishFailure(this, key, cause);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "Nothing was found to serve instead of an error", e);
            return null;
        }
    }

    /** Hands the result out, and has those served who want a later one. */
    private void land(Consumer<LoadListener> result) {
        List<LoadListener> waiting;
        LoadMode mode;
        long since;
        synchronized (this) {
            landed = true;
            waiting = nextListeners;
            mode = nextMode;
            since = nextSince;
        }
        for (LoadListener listener : landedListeners()) {
            tell(() -> result.accept(listener));
        }
        if (waiting != null) {
            cache.loadNext(key, waiting, mode, since);
        }
    }

    /** A listener that breaks its word does not cost the others their answer. */
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A listener of a load failed", e);
        }
    }

    private synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        return first;
    }

    private synchronized List<LoadListener> landedListeners() {
        return landed ? listeners : List.of();
    }
}
