package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Has keys loaded, each once however many listeners wait for it, and caches the results. Thread-safe; never blocks. */
final class Loads implements Publisher {
    /*
     * Single flight
     * -------------
     * The request that puts a flight into the map starts the load. All other requests for that key join it. A result goes into
     * the table first, then its flight leaves the map, then the listeners get it. So a request that finds no flight finds the
     * entry, if it looks once more after it has put its own flight into the map and before it asks the store. A failure reaches
     * all listeners and leaves no trace. A request that wants an answer from after its own arrival joins a load that has not
     * been sent, or else waits for the next one. So there is one load at a time for these requests, too.
     *
     * No reader goes back
     * -------------------
     * A load that was invalidated before its GET left may bring a newer value than the load that was started in its place. While
     * reports of writes are lost, any load may bring a newer value than the one that is held. A listener of such a load that reads
     * again must not get the older value. So the load removes what is held, and supersedes the other flight: what that one brings
     * is not cached, and listeners that join it later wait for the load after it.
     */
    private static final System.Logger LOG = System.getLogger(Loads.class.getName());

    private final Tables tables;
    private final Flights flights;
    private final Validity validity;
    private final WriteFence fence;
    private final Freshness freshness;
    private final BackingStore store;
    private final CacheClock clock;
    private final @Nullable LoadObserver observer;

    private final LongAdder loads = new LongAdder();
    private final LongAdder failures = new LongAdder();

    Loads(
            Tables tables,
            Flights flights,
            Validity validity,
            WriteFence fence,
            Freshness freshness,
            BackingStore store,
            CacheClock clock,
            @Nullable LoadObserver observer) {
        this.tables = tables;
        this.flights = flights;
        this.validity = validity;
        this.fence = fence;
        this.freshness = freshness;
        this.store = store;
        this.clock = clock;
        this.observer = observer;
    }

    /** Has a listener get the value of a key. Takes the array over. */
    void load(byte[] keyBytes, LoadListener listener, LoadMode mode) {
        Flight flight = join(new Key(keyBytes), listener, mode);
        if (flight != null) {
            store.load(List.of(flight));
        }
    }

    /** Does the same for each key, and asks the store for all of them together. Empties {@code missing}. */
    void load(Misses missing) {
        int size = missing.size();
        List<Flight> started = new ArrayList<>(size);
        try {
            for (int i = 0; i < size; i++) {
                Flight flight = join(new Key(missing.key(i)), missing.listener(i), LoadMode.SHARED);
                if (flight != null) {
                    started.add(flight);
                }
            }
        } finally {
            missing.clear();
            store.load(started);
        }
    }

    /** Starts a load without a listener, unless the key is being loaded. */
    void renew(Key key) {
        if (flights.contains(key)) {
            return;
        }
        Flight flight = newFlight(key, clock.now(), LoadMode.SHARED, null);
        if (flights.addIfAbsent(flight) == null) {
            store.load(List.of(flight));
        }
    }

    /** Joins the flight for that key; returns false if there is none, or if it may bring a value from before a write that is under way. */
    boolean joinIfLoading(Key key, LoadListener listener) {
        if (fence.isPendingForArrival(key)) {
            return false;
        }
        Flight flight = flights.get(key);
        return flight != null && flight.join(listener, LoadMode.SHARED);
    }

    /** Joins the flight for that key. Returns a new flight, to be started, if there is neither a flight nor an entry. */
    private @Nullable Flight join(Key key, LoadListener listener, LoadMode mode) {
        boolean isAnew = mode.isAnew() || fence.isPendingForArrival(key);
        while (true) {
            Flight flight = flights.get(key);
            if (flight == null) {
                Flight added = newFlight(key, clock.now(), mode, listener);
                flight = flights.addIfAbsent(added);
                if (flight == null) {
                    return !isAnew && isLoadedMeanwhile(added) ? null : added;
                }
            }
            if (isAnew ? flight.joinAnew(listener, mode) : flight.join(listener, mode)) {
                return null;
            }
        }
    }

    /** Ends a flight that has not started if another one has brought the key meanwhile; returns whether it has. */
    private boolean isLoadedMeanwhile(Flight flight) {
        Entry entry = tables.find(flight.cacheKey());
        long now = clock.now();
        if (entry == null || !validity.mayServe(entry, now) || entry.isExpired(now) || !entry.touch(now)) {
            return false;
        }
        if (!flight.decideOnEarlier()) {
            return false;
        }
        flights.remove(flight);
        flight.finishWith(entry);
        return true;
    }

    @Override
    public void loadLater(Key key, Waiters.Later later) {
        Flight next = new Flight(this, key, validity.origin().term(), later.since, later.mode(), new Waiters(later));
        Flight other = flights.addIfAbsent(next);
        while (other != null && !other.joinAll(later.listeners, later.mode())) {
            other = flights.addIfAbsent(next);
        }
        if (other == null) {
            store.load(List.of(next));
        }
    }

    private Flight newFlight(Key key, long startedAt, LoadMode mode, @Nullable LoadListener listener) {
        return new Flight(this, key, validity.origin().term(), startedAt, mode, new Waiters(listener));
    }

    @Override
    public long now() {
        return clock.now();
    }

    @Override
    public boolean isTracked(Key key, Term term) {
        return validity.isTracked(key, term);
    }

    @Override
    public boolean needsLife(Key key, Term term) {
        return validity.isTracked(key, term) || fence.hasBeenUsed();
    }

    @Override
    public boolean isBeingWritten(Key key) {
        return fence.isPending(key);
    }

    @Override
    public void withdraw(Flight flight) {
        flights.withdraw(flight);
    }

    @Override
    public Entry entry(Key key, byte @Nullable [] value, Term term, long sentAt, long lifeNanos, long now) {
        boolean isHeld = value == null || tables.mayHold(value.length);
        return freshness.entry(isHeld ? key : key.unnamed(), value, term, sentAt, lifeNanos, now);
    }

    @Override
    public Provenance publish(Flight flight, Entry entry, long now) {
        loads.increment();
        Provenance provenance = store(flight, entry, now);
        flights.remove(flight);
        return provenance;
    }

    private Provenance store(Flight flight, Entry entry, long now) {
        Key key = flight.cacheKey();
        if (!flight.isCurrent()) {
            if (flight.isInvalidatedBeforeSent() || flight.isOriginLost()) {
                supersedeOlder(flight);
            }
            return flight.uncached();
        }
        Tables.Stored stored = tables.put(key, entry, flight, now);
        if (stored != Tables.Stored.REFUSED) {
            // The TTL may have changed since the entry was made.
            freshness.settle(entry);
        }
        return switch (stored) {
            case ADDED -> Provenance.STORED;
            case RENEWED -> Provenance.RENEWED;
            case REFUSED -> {
                if (flight.isCurrent()) {
                    tables.removeOlderThan(entry, key, now);
                }
                yield flight.uncached();
            }
        };
    }

    /** Keeps the listeners of an invalidated flight from getting an older value next. */
    private void supersedeOlder(Flight invalidated) {
        Flight other = flights.get(invalidated.cacheKey());
        if (other != null && other != invalidated) {
            other.supersede();
        }
        boolean unused = tables.remove(invalidated.cacheKey(), /* isLoading= */ true);
    }

    @Override
    public @Nullable Entry publishFailure(Flight flight, BackingStoreException cause) {
        try {
            failures.increment();
            if (!flight.isCurrent()) {
                return null;
            }
            if (!cause.isNotAString()) {
                return staleValue(flight.cacheKey());
            }
            boolean unused = tables.remove(flight.cacheKey(), /* isLoading= */ true);
            return null;
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "Looking for a stale value in place of an error failed", e);
            return null;
        } finally {
            flights.remove(flight);
        }
    }

    @Override
    public @Nullable LoadReport report(Flight flight, Entry entry, long now) {
        return observer == null ? null : report(observer, flight, LoadReport.outcome(entry), entry, null, now);
    }

    @Override
    public @Nullable LoadReport reportFailure(Flight flight, BackingStoreException cause, boolean isSeen) {
        return observer == null
                ? null
                : report(observer, flight, LoadReport.outcome(cause, isSeen), null, cause, clock.now());
    }

    private static @Nullable LoadReport report(
            LoadObserver observer,
            Flight flight,
            LoadReport.Outcome outcome,
            @Nullable Entry entry,
            @Nullable BackingStoreException cause,
            long now) {
        try {
            return observer.ended(outcome, now - flight.startedAt)
                    ? LoadReport.of(flight, outcome, entry, cause, now)
                    : null;
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "Telling how a load went failed", e);
            return null;
        }
    }

    @Override
    public void tell(LoadReport report) {
        try {
            if (observer != null) {
                observer.finished(report);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "An observer of loads failed", e);
        }
    }

    /** Returns the value that is served in place of an error, or null. */
    @Nullable
    Entry staleValue(Key key) {
        if (!freshness.servesOnError()) {
            return null;
        }
        Entry entry = tables.findValue(key);
        long now = clock.now();
        if (entry == null || !validity.mayServe(entry, now) || !freshness.isServedOnError(entry, now)) {
            return null;
        }
        return entry.touch(now) ? freshness.stale(entry) : null;
    }

    long loads() {
        return loads.sum();
    }

    long failures() {
        return failures.sum();
    }
}
