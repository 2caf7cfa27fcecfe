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
 * {@link LoadListener} later. Absent keys and failures are not cached.
 */
public final class ReadThroughCache implements AutoCloseable {
    /*
     * Concurrency
     * -----------
     * A hit is a table lookup, one clock read and one compare-and-set on the entry it found; it takes no lock and
     * allocates nothing. Misses meet in the map of flights. Only publishing a result takes the table's lock.
     *
     * Eviction
     * --------
     * The least recently read or loaded entry leaves, by the clock reading of that access (see LruTable).
     *
     * Expiry
     * ------
     * An entry is served before the moment its GET was sent plus the TTL, never at or after it. An expired entry leaves
     * when it is evicted, or when a load of its key finishes.
     *
     * Loading
     * -------
     * Whoever puts a flight into the map starts the load; all others for that key join it. A result goes into the table
     * first, then its flight leaves the map, then those who joined are told. So whoever finds no flight finds the entry,
     * which is why the one who has just put a flight into the map looks once more before asking the store. A failure
     * reaches all who joined and leaves no trace.
     */
    private final LruTable table;
    private final ConcurrentHashMap<Key, Flight> flights = new ConcurrentHashMap<>();
    private final BackingStore store;
    private final Ticker ticker;
    private final long origin;
    private final long ttlNanos;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder loadFailures = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder expirations = new LongAdder();

    /** Makes an empty cache, which owns {@code store} from now on. */
    public ReadThroughCache(CacheConfig config, BackingStore store, Ticker ticker) {
        this.table = new LruTable(config.maxEntries());
        this.store = store;
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.ttlNanos = config.ttl().toNanos();
    }

    /**
     * Returns the entry of the key in {@code source}, or null if it is not cached or has expired. Counts as a read for
     * recency. Does not keep {@code source}.
     */
    public @Nullable Entry getIfPresent(byte[] source, int offset, int length) {
        Entry entry = read(KeyHash.hash(source, offset, length), source, offset, length);
        if (entry != null) {
            hits.increment();
        }
        return entry;
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
        table.findAll(lookups);
        long now = now();
        int present = 0;
        for (int i = 0; i < size; i++) {
            Entry entry = lookups.entry(i);
            if (entry == null) {
                continue;
            }
            // A nanosecond apart, which keeps the order of the reads and takes less time than they do.
            if (entry.isExpired(now) || !entry.touch(now + i)) {
                lookups.found(i, null);
            } else {
                present++;
            }
        }
        hits.add(present);
    }

    /**
     * Has {@code listener} told the value of a key that {@link #getIfPresent} did not find: joins the load that is under
     * way or starts one. The listener may be called before this returns. Takes ownership of {@code keyBytes}.
     */
    public void load(byte[] keyBytes, LoadListener listener) {
        misses.increment();
        Flight flight = takeOff(keyBytes, listener);
        if (flight != null) {
            store.load(List.of(flight));
        }
    }

    /**
     * Does what {@link #load(byte[], LoadListener)} does for each key, and asks the store for all of them together.
     * Empties {@code missing}.
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
                Flight flight = takeOff(missing.key(i), missing.listener(i));
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
    private @Nullable Flight takeOff(byte[] keyBytes, LoadListener listener) {
        Key key = new Key(keyBytes);
        while (true) {
            Flight flight = flights.get(key);
            if (flight == null) {
                Flight mine = new Flight(this, key, listener, now());
                flight = flights.putIfAbsent(key, mine);
                if (flight == null) {
                    return land(mine, key) ? null : mine;
                }
            }
            if (flight.join(listener)) {
                return null;
            }
        }
    }

    /** Returns the counts so far. */
    public CacheStats stats() {
        return new CacheStats(
                hits.sum(),
                misses.sum(),
                loads.sum(),
                loadFailures.sum(),
                evictions.sum(),
                expirations.sum(),
                table.size());
    }

    /** Closes the backing store. Entries that are cached stay readable. */
    @Override
    public void close() {
        store.close();
    }

    private @Nullable Entry read(int hash, byte[] source, int offset, int length) {
        Entry entry = table.find(hash, source, offset, length);
        if (entry == null) {
            return null;
        }
        long now = now();
        return entry.isExpired(now) || !entry.touch(now) ? null : entry;
    }

    /** Ends a flight that has not started if somebody else has loaded the key meanwhile. */
    private boolean land(Flight flight, Key key) {
        Entry entry = read(key.hash, key.bytes, 0, key.bytes.length);
        if (entry == null) {
            return false;
        }
        flights.remove(key, flight);
        flight.landWith(entry);
        return true;
    }

    long now() {
        return ticker.nanos() - origin;
    }

    /** Caches the result of a flight, unless it is absent or already too old, and ends the flight. */
    @Nullable
    Entry publish(Flight flight, Key key, byte @Nullable [] value, long sentAt) {
        loads.increment();
        long now = now();
        Entry entry = null;
        if (value != null) {
            entry = new Entry(key, value, sentAt + ttlNanos, now);
        }
        if (entry != null && !entry.isExpired(now)) {
            count(table.put(key, entry));
        } else if (table.removeExpired(key, now)) {
            expirations.increment();
        }
        flights.remove(key, flight);
        return entry;
    }

    void publishFailure(Flight flight, Key key) {
        loadFailures.increment();
        flights.remove(key, flight);
    }

    private void count(LruTable.Displaced displaced) {
        switch (displaced) {
            case NOTHING -> {}
            case SAME_KEY -> expirations.increment();
            case OLDEST -> evictions.increment();
        }
    }
}
