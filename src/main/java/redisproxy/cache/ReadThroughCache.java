package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A cache of byte strings in front of a {@link BackingStore}: exact LRU, time-limited, one load per missing key.
 *
 * <p>Thread-safe. No method blocks for a load: {@link #getIfPresent} answers from memory, {@link #load} answers a
 * {@link LoadListener} later. Failures are not cached; absent keys are where the configuration says so.
 */
public final class ReadThroughCache implements Invalidations, AutoCloseable {
    /*
     * Concurrency
     * -----------
     * A hit is a table lookup, one clock read and one compare-and-set on the entry it found; it takes no lock and
     * allocates nothing. Misses meet in the map of flights. Only publishing a result and dropping an entry take a
     * table's lock.
     *
     * Eviction
     * --------
     * The least recently read or loaded entry leaves, by the clock reading of that access (see LruTable). Values and
     * absent keys have a table each, so that no number of absent keys evicts a value.
     *
     * Expiry
     * ------
     * An entry is served before the moment its GET was sent plus the TTL, never at or after it, but where an expired
     * value may be served in the place of an answer that is not there (yet). An expired entry leaves when it is evicted,
     * or when a load of its key finishes.
     *
     * Loading
     * -------
     * Whoever puts a flight into the map starts the load; all others for that key join it. A result goes into the table
     * first, then its flight leaves the map, then those who joined are told. So whoever finds no flight finds the entry,
     * which is why the one who has just put a flight into the map looks once more before asking the store. A failure
     * reaches all who joined and leaves no trace. Who wants an answer that is asked for anew joins a load that has not
     * been sent yet, or else waits for the next one: so there is one at a time for these, too.
     *
     * Coherence
     * ---------
     * A load is known by its flight before its GET is sent. When the key is invalidated, the flight is marked and taken
     * off the map, and then the entry is removed under the table's lock: so those who come later start another load,
     * and the old result, which is checked for the mark under the same lock, is either not stored or removed again. When
     * all may have changed, a new term begins, which does the same to all flights and entries: a flight knows the term
     * that it began in.
     *
     * A load that is marked before its GET has left may bring a newer value than the one that was started in its place, and
     * any load may bring a newer one than what is served while nobody tells of writes. So that whoever has seen it does not
     * see an older one next, it undoes what that other load has brought, or keeps others from joining it.
     */
    private final LruTable values;
    private final @Nullable LruTable absents;
    private final ConcurrentHashMap<Key, Flight> flights = new ConcurrentHashMap<>();
    private final BackingStore store;
    private final Ticker ticker;
    private final long origin;
    private final long ttlNanos;
    private final long negativeTtlNanos;
    private final long staleIfErrorNanos;
    private final long staleWhileRevalidateNanos;
    private final long longestStretchNanos;
    private final long graceNanos;
    private final long leaseNanos;
    private final List<byte[]> trackedPrefixes;
    private final int maxValueBytes;

    private volatile Term term;

    /** The clock reading from which on nothing is served from memory: a lease, which each sign of the sender extends. */
    private volatile long servesUntil = Long.MAX_VALUE;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder loadFailures = new LongAdder();
    private final LongAdder expirations = new LongAdder();
    private final LongAdder invalidations = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder staleServed = new LongAdder();

    /** Makes an empty cache, which owns {@code store} from now on. */
    public ReadThroughCache(CacheConfig config, BackingStore store, Ticker ticker) {
        this.values = new LruTable(config.maxEntries(), config.maxBytes());
        this.absents = config.keepsAbsent() ? new LruTable(config.maxAbsent(), config.maxAbsentBytes()) : null;
        this.store = store;
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.ttlNanos = config.ttl().toNanos();
        this.maxValueBytes = config.maxValueBytes();
        this.negativeTtlNanos = config.negativeTtl().toNanos();
        this.staleIfErrorNanos = config.staleIfError().toNanos();
        this.staleWhileRevalidateNanos = config.staleWhileRevalidate().toNanos();
        this.longestStretchNanos = Math.max(staleIfErrorNanos, staleWhileRevalidateNanos);
        TrackingConfig tracking = config.tracking();
        this.graceNanos = tracking == null ? 0 : tracking.grace().toNanos();
        this.trackedPrefixes = tracking == null ? List.of() : tracking.prefixBytes();
        this.leaseNanos = tracking == null ? 0 : tracking.lease().toNanos();
        this.term = new Term(tracking == null ? Coherence.TTL : Coherence.LOST);
    }

    /**
     * Returns the entry of the key in {@code source}, or null if it is not cached or has expired. Counts as a read for
     * recency. Does not keep {@code source}.
     */
    public @Nullable Entry getIfPresent(byte[] source, int offset, int length) {
        int hash = KeyHash.hash(source, offset, length);
        Entry entry = serve(find(hash, source, offset, length), now());
        if (entry != null) {
            hits.increment();
        }
        return entry;
    }

    /**
     * Returns what {@link #getIfPresent} does for somebody who is choosier, or less so, about how old a value may be.
     *
     * @param maxAgeNanos how old it may be
     * @param minFreshNanos how long it has to live still
     * @param maxStaleNanos for how long it may have been expired
     */
    public @Nullable Entry getIfPresent(byte[] key, long maxAgeNanos, long minFreshNanos, long maxStaleNanos) {
        Entry entry = find(KeyHash.hash(key, 0, key.length), key, 0, key.length);
        long now = now();
        if (entry == null || now >= servesUntil || now - entry.sentAt(ttlNanos) > maxAgeNanos) {
            return null;
        }
        long left = entry.deadline - now;
        if (minFreshNanos > 0 && left < minFreshNanos) {
            return null;
        }
        boolean isStaleAccepted = left <= 0 && mayBeStretched(entry, maxStaleNanos, now);
        Entry served = isStaleAccepted ? entry.touch(now) ? stale(entry) : null : serve(entry, now);
        if (served != null) {
            hits.increment();
        }
        return served;
    }

    /**
     * Does what {@link #getIfPresent} does for each key, in their order, as if at one moment. The entries are in {@code
     * lookups} afterwards.
     */
    public void getAllPresent(Lookups lookups) {
        int size = lookups.size();
        if (size == 0) {
            return;
        }
        values.findAll(lookups);
        if (absents != null) {
            absents.findMissing(lookups);
        }
        long now = now();
        long until = servesUntil;
        int present = 0;
        for (int i = 0; i < size; i++) {
            Entry entry = lookups.entry(i);
            if (entry == null) {
                continue;
            }
            // A nanosecond apart, which keeps the order of the reads and takes less time than they do.
            if (!entry.isExpired(now) && now < until && entry.touch(now + i)) {
                present++;
            } else {
                Entry stale = serve(entry, now);
                lookups.found(i, stale);
                present += stale == null ? 0 : 1;
            }
        }
        hits.add(present);
    }

    /** Does what {@link #load(byte[], LoadListener, LoadMode)} does for somebody who shares loads. */
    public void load(byte[] keyBytes, LoadListener listener) {
        load(keyBytes, listener, LoadMode.SHARED);
    }

    /**
     * Has {@code listener} told the value of a key that {@link #getIfPresent} did not find: joins the load that is under
     * way or starts one. The listener may be called before this returns. Takes ownership of {@code keyBytes}.
     */
    public void load(byte[] keyBytes, LoadListener listener, LoadMode mode) {
        misses.increment();
        Flight flight = takeOff(new Key(keyBytes), listener, mode);
        if (flight != null) {
            store.load(List.of(flight));
        }
    }

    /**
     * Does what {@link #load(byte[], LoadListener, LoadMode)} does for each key, and asks the store for all of them
     * together. Empties {@code missing}.
     */
    public void load(Misses missing) {
        if (missing.isEmpty()) {
            return;
        }
        int size = missing.size();
        misses.add(size);
        List<Flight> started = new ArrayList<>(size);
        try {
            for (int i = 0; i < size; i++) {
                Flight flight = takeOff(new Key(missing.key(i)), missing.listener(i), LoadMode.SHARED);
                if (flight != null) {
                    started.add(flight);
                }
            }
        } finally {
            missing.clear();
            store.load(started);
        }
    }

    /** Joins the flight for that key; returns one that has to be started if there is none and no entry either. */
    private @Nullable Flight takeOff(Key key, LoadListener listener, LoadMode mode) {
        while (true) {
            Flight flight = flights.get(key);
            if (flight == null) {
                Flight mine = new Flight(this, key, term, now(), mode, List.of(listener));
                flight = flights.putIfAbsent(key, mine);
                if (flight == null) {
                    return !mode.isAnew() && land(mine, key) ? null : mine;
                }
            }
            if (mode.isAnew() ? flight.joinAnew(listener, mode) : flight.join(listener, mode)) {
                return null;
            }
        }
    }

    /** Starts the load for which some have waited until an earlier one had ended, or joins one that began since. */
    void loadNext(Key key, List<LoadListener> waiting, LoadMode mode, long since) {
        Flight next = new Flight(this, key, term, since, mode, waiting);
        Flight other = flights.putIfAbsent(key, next);
        while (other != null && !other.joinAll(waiting, mode)) {
            other = flights.putIfAbsent(key, next);
        }
        if (other == null) {
            store.load(List.of(next));
        }
    }

    @Override
    public void invalidate(byte[] keyBytes) {
        boolean unused = drop(keyBytes);
    }

    /** Does what {@link #invalidate} does, and returns whether there was an entry. */
    public boolean drop(byte[] keyBytes) {
        Key key = new Key(keyBytes);
        Flight flight = flights.get(key);
        if (flight != null) {
            flight.invalidate();
            flights.remove(key, flight);
        }
        // Without a flight nothing is about to be stored, and to look takes no lock.
        boolean isLocked = flight != null;
        // Both, always: for a moment, while a result is published, the other one holds what that result contradicts.
        boolean wasHeld = drop(values, key, isLocked);
        wasHeld |= absents != null && drop(absents, key, isLocked);
        if (wasHeld) {
            invalidations.increment();
            return true;
        }
        return false;
    }

    /**
     * Returns the values used last, the last one first, at most so many. Looks at all there are, and takes no lock; what
     * is used meanwhile may be out of place.
     */
    public List<Entry> mostRecent(int most) {
        return values.mostRecent(most);
    }

    private static boolean drop(LruTable table, Key key, boolean isLocked) {
        boolean mayBeThere = isLocked || table.find(key.hash, key.bytes, 0, key.bytes.length) != null;
        return mayBeThere && table.remove(key) != null;
    }

    @Override
    public synchronized void invalidateAll() {
        flushes.increment();
        begin(new Term(term.coherence));
        clear();
    }

    @Override
    public synchronized void begin(Coherence coherence) {
        flushes.increment();
        begin(new Term(coherence));
        clear();
        servesUntil = coherence == Coherence.TRACKING ? now() + leaseNanos : Long.MAX_VALUE;
    }

    @Override
    public synchronized void heard(long nanosAgo) {
        if (term.isTracked()) {
            servesUntil = now() - nanosAgo + Math.max(leaseNanos, graceNanos);
        }
    }

    @Override
    public synchronized void lose(long silentNanos) {
        if (term.isTracked() && graceNanos > silentNanos) {
            begin(new Term(Coherence.LOST));
            servesUntil = now() - silentNanos + graceNanos;
        } else if (term.coherence != Coherence.LOST) {
            begin(Coherence.LOST);
        }
    }

    private void begin(Term next) {
        term = next;
        flights.values().removeIf(flight -> !flight.isOf(next));
    }

    private void clear() {
        values.clear();
        if (absents != null) {
            absents.clear();
        }
    }

    @Override
    public Coherence coherence() {
        return term.coherence;
    }

    /** Returns what the backing store says of itself. */
    public StoreStats storeStats() {
        return store.stats();
    }

    /** Returns for how many whole seconds, at the reading {@code now} of {@link #now()}, the value has been known. */
    public int ageSeconds(Entry entry, long now) {
        return wholeSeconds(now - entry.sentAt(ttlNanos));
    }

    /** Returns for how many whole seconds from {@code now} on the value is fresh still; negative if it has expired. */
    public int freshSeconds(Entry entry, long now) {
        long end = term.coherence == Coherence.LOST ? Math.min(entry.deadline, servesUntil) : entry.deadline;
        return wholeSeconds(end - now);
    }

    private static int wholeSeconds(long nanos) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.floorDiv(nanos, 1_000_000_000L)));
    }

    /** Returns the counts so far. */
    public CacheStats stats() {
        return new CacheStats(
                hits.sum(),
                misses.sum(),
                loads.sum(),
                loadFailures.sum(),
                values.evictions(),
                expirations.sum(),
                invalidations.sum(),
                flushes.sum(),
                staleServed.sum(),
                values.size(),
                absents == null ? 0 : absents.size(),
                values.bytes());
    }

    /** Closes the backing store. Entries that are cached stay readable. */
    @Override
    public void close() {
        store.close();
    }

    private @Nullable Entry find(int hash, byte[] source, int offset, int length) {
        Entry entry = values.find(hash, source, offset, length);
        return entry == null && absents != null ? absents.find(hash, source, offset, length) : entry;
    }

    /** Returns the entry if it may be served now: because it is fresh, or while it is loaded anew. */
    private @Nullable Entry serve(@Nullable Entry entry, long now) {
        if (entry == null || now >= servesUntil) {
            return null;
        }
        if (!entry.isExpired(now)) {
            return entry.touch(now) ? entry : null;
        }
        if (!mayBeStretched(entry, staleWhileRevalidateNanos, now) || !entry.touch(now)) {
            return null;
        }
        renew(entry.key());
        return stale(entry);
    }

    private Entry stale(Entry entry) {
        staleServed.increment();
        return entry;
    }

    private static boolean mayBeStretched(Entry entry, long byNanos, long now) {
        return now - entry.deadline < byNanos && entry.isStretchable(now);
    }

    /** Starts a load for nobody in particular, unless there is one. */
    private void renew(Key key) {
        if (flights.containsKey(key)) {
            return;
        }
        Flight mine = new Flight(this, key, term, now(), LoadMode.SHARED, List.of());
        if (flights.putIfAbsent(key, mine) == null) {
            store.load(List.of(mine));
        }
    }

    /** Ends a flight that has not started if somebody else has loaded the key meanwhile. */
    private boolean land(Flight flight, Key key) {
        Entry entry = find(key.hash, key.bytes, 0, key.bytes.length);
        long now = now();
        if (entry == null || now >= servesUntil || entry.isExpired(now) || !entry.touch(now)) {
            return false;
        }
        if (!flight.decideOnEarlier()) {
            return false;
        }
        flights.remove(key, flight);
        flight.landWith(entry);
        return true;
    }

    /** Returns a reading of the cache's clock. */
    public long now() {
        return ticker.nanos() - origin;
    }

    Term term() {
        return term;
    }

    /** Returns whether the cache is told of what happens to that key, while it is told of anything. */
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

    /** Makes the entry that a load brought. {@code lifeNanos} is how long the key itself has to live from {@code sentAt}. */
    Entry entry(Key key, byte @Nullable [] value, Term of, long sentAt, long lifeNanos, long now) {
        long ttl = value != null || of.isTracked() ? ttlNanos : negativeTtlNanos;
        long life = Math.min(ttl, lifeNanos);
        if (life == ttlNanos && lifeNanos - ttlNanos >= longestStretchNanos) {
            return new Entry(key, value, sentAt + life, now);
        }
        long end = sentAt + (ttl == ttlNanos ? lifeNanos : life);
        return new ShorterLivedEntry(key, value, sentAt, sentAt + life, end, now);
    }

    /** Caches the result of a flight, if that may and need be, and ends the flight. */
    Provenance publish(Flight flight, Key key, Entry entry, long now) {
        loads.increment();
        Provenance provenance = store(flight, key, entry, now);
        flights.remove(key, flight);
        return provenance;
    }

    private Provenance store(Flight flight, Key key, Entry entry, long now) {
        if (!flight.isCurrent()) {
            if (flight.isLate() || term.coherence == Coherence.LOST) {
                overtake(flight, key);
            }
            return flight.passed();
        }
        LruTable table = entry.isAbsent() ? absents : values;
        LruTable other = entry.isAbsent() ? values : absents;
        if (entry.isAbsent()) {
            // First, since values are looked for first.
            forget(other, key, now);
        }
        LruTable.Displaced displaced = table == null || entry.isExpired(now) || entry.valueLength() > maxValueBytes
                ? LruTable.Displaced.REFUSED
                : table.put(key, entry, flight, now);
        if (!entry.isAbsent()) {
            forget(other, key, now);
        }
        switch (displaced) {
            case NOTHING, SAME_KEY -> {}
            case EXPIRED -> {
                expirations.increment();
                return Provenance.RENEWED;
            }
            case REFUSED -> {
                if (flight.isCurrent()) {
                    forget(table, key, now);
                }
                return flight.passed();
            }
        }
        return Provenance.STORED;
    }

    /** Keeps those who are about to get the answer of a marked load from an older one, by the means of an invalidation. */
    private void overtake(Flight marked, Key key) {
        Flight other = flights.get(key);
        if (other != null && other != marked) {
            other.overtake();
        }
        removeWhateverIsHeld(key);
    }

    private void removeWhateverIsHeld(Key key) {
        values.remove(key);
        if (absents != null) {
            absents.remove(key);
        }
    }

    /** Drops what a later answer contradicts. */
    private void forget(@Nullable LruTable table, Key key, long now) {
        Entry entry = table == null ? null : table.remove(key);
        if (entry != null && entry.isExpired(now)) {
            expirations.increment();
        }
    }

    /** Ends a flight that failed; returns an expired entry that may be served instead, or null. */
    @Nullable
    Entry publishFailure(Flight flight, Key key, BackingStoreException cause) {
        loadFailures.increment();
        try {
            if (!flight.isCurrent()) {
                return null;
            }
            if (!cause.isNotAString()) {
                return staleIfErrorNanos == 0 ? null : insteadOfAnError(key);
            }
            removeWhateverIsHeld(key);
            return null;
        } finally {
            flights.remove(key, flight);
        }
    }

    private @Nullable Entry insteadOfAnError(Key key) {
        Entry entry = values.find(key.hash, key.bytes, 0, key.bytes.length);
        long now = now();
        if (entry == null || now >= servesUntil || !mayBeStretched(entry, staleIfErrorNanos, now)) {
            return null;
        }
        return entry.touch(now) ? stale(entry) : null;
    }
}
