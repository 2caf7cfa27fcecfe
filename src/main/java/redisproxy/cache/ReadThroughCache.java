package redisproxy.cache;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache of byte strings in front of a {@link BackingStore}: exact LRU, time-limited, one load for each missing key.
 *
 * <p>Thread-safe. No method blocks for a load: {@link #getIfPresent} answers from memory, {@link #load} answers a
 * {@link LoadListener} later. Failures are not cached. Absent keys are cached if the configuration says so.
 */
public final class ReadThroughCache implements Origins, Invalidations, AutoCloseable {
    /*
     * A hit is a table lookup, one clock reading and one compare-and-set on the entry that was found. It takes no lock and
     * allocates nothing. Misses meet in the map of flights (see Loads). Publishing a result, dropping an entry and taking
     * a snapshot of the figures take a table's lock (see LruTable).
     *
     * An entry is served before the moment its GET was sent plus the TTL, never at or after it, except where an expired value is
     * served in place of an answer that is missing (see Freshness). An expired entry leaves when it is evicted, or when a load of
     * its key finishes.
     */
    private final Tables tables;
    private final Validity validity;
    private final WriteFence fence;
    private final Freshness freshness;
    private final Loads loads;
    private final BackingStore store;
    private final CacheClock clock;
    private final Sampling sampling;
    private final PresentConfig config;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** Makes an empty cache, which owns {@code store} from now on. */
    public ReadThroughCache(CacheConfig config, BackingStore store, Ticker ticker) {
        this(config, store, ticker, null);
    }

    /** As above; {@code observer} is told how each load went. */
    public ReadThroughCache(CacheConfig config, BackingStore store, Ticker ticker, @Nullable LoadObserver observer) {
        this(config, store, ticker, observer, null);
    }

    /** As above; {@code sampler} is told of some of the accesses. */
    public ReadThroughCache(
            CacheConfig config,
            BackingStore store,
            Ticker ticker,
            @Nullable LoadObserver observer,
            @Nullable AccessSampler sampler) {
        Flights flights = new Flights();
        this.clock = new CacheClock(ticker);
        this.tables = new Tables(config);
        this.validity = new Validity(config, tables, flights, clock);
        this.fence = new WriteFence(validity, clock);
        this.freshness = new Freshness(config);
        this.loads = new Loads(tables, flights, validity, fence, freshness, store, clock, observer);
        this.store = store;
        this.sampling = new Sampling(sampler);
        this.config = new PresentConfig(config, tables, freshness, validity);
    }

    /** Returns the configuration that applies. */
    public CacheConfig config() {
        return config.get();
    }

    /**
     * Prepares a change of the configuration: takes the memory that it needs. What is returned has it apply, once at most and before the
     * next one is prepared; it does not fail. What is held, and what is loaded from then on, lives by the times of {@code to}, as if they
     * had applied from the start. New entries keep to its bounds at once, and what is held beyond them leaves, the least recently used
     * entries first; longer values that are held stay. Takes longer the more is held, and holds up nobody.
     *
     * @throws IllegalArgumentException if {@code to} differs in more than {@link CacheConfig#changed} takes over
     * @throws OutOfMemoryError if there is no memory for so many entries; nothing has changed then
     */
    public Runnable prepare(CacheConfig to) {
        return config.prepare(to);
    }

    /** Does what {@link #prepare} prepares. */
    public void change(CacheConfig to) {
        prepare(to).run();
    }

    /**
     * Returns the entry of the key in {@code source}, or null if it is not cached or has expired. Counts as a read for
     * recency. Does not keep {@code source}.
     */
    public @Nullable Entry getIfPresent(byte[] source, int offset, int length) {
        int hash = KeyHash.hash(source, offset, length);
        Entry entry = serve(tables.find(hash, source, offset, length), clock.now());
        if (entry != null) {
            hits.increment();
            sampling.found(source, offset, length, entry);
        }
        return entry;
    }

    /**
     * Returns what {@link #getIfPresent} does, for a request that limits how old a value may be, or accepts expired ones.
     *
     * @param maxAgeNanos how old the value may be
     * @param minFreshNanos for how long it must stay fresh
     * @param maxStaleNanos for how long it may have been expired
     */
    public @Nullable Entry getIfPresent(byte[] key, long maxAgeNanos, long minFreshNanos, long maxStaleNanos) {
        Entry entry = tables.find(KeyHash.hash(key, 0, key.length), key, 0, key.length);
        long now = clock.now();
        if (entry == null || !validity.mayServe(entry, now) || freshness.ageNanos(entry, now) > maxAgeNanos) {
            return null;
        }
        long left = entry.deadline - now;
        if (minFreshNanos > 0 && left < minFreshNanos) {
            return null;
        }
        boolean isStaleAccepted = left <= 0 && Freshness.isStaleWithin(maxStaleNanos, entry, now);
        Entry served = isStaleAccepted ? entry.touch(now) ? freshness.stale(entry) : null : serve(entry, now);
        if (served != null) {
            hits.increment();
            sampling.found(key, 0, key.length, served);
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
        tables.findAll(lookups);
        long now = clock.now();
        int present = 0;
        for (int i = 0; i < size; i++) {
            Entry entry = lookups.entry(i);
            if (entry == null) {
                continue;
            }
            // A nanosecond apart: that keeps the order of the reads, and is less time than they take.
            if (!entry.isExpired(now) && validity.mayServe(entry, now) && entry.touch(now + i)) {
                present++;
            } else {
                Entry served = serve(entry, now);
                if (served != null && served.isExpired(now)) {
                    lookups.foundStale(i, served);
                } else {
                    lookups.found(i, served);
                }
                present += served == null ? 0 : 1;
            }
        }
        hits.add(present);
        sampling.lookedUp(lookups);
    }

    /** Returns the entry if it may be served now: because it is fresh, or stale while it is loaded again. */
    private @Nullable Entry serve(@Nullable Entry entry, long now) {
        if (entry == null || !validity.mayServe(entry, now)) {
            return null;
        }
        if (!entry.isExpired(now)) {
            return entry.touch(now) ? entry : null;
        }
        if (!freshness.isServedWhileRevalidated(entry, now) || !entry.touch(now)) {
            return null;
        }
        loads.renew(entry.key());
        return freshness.stale(entry);
    }

    /** Returns what is held of a key, or null if nothing is that may be served, fresh or stale. Not a read. Takes no lock. */
    public @Nullable CachedEntry inspect(byte[] key) {
        Entry entry = tables.find(KeyHash.hash(key, 0, key.length), key, 0, key.length);
        long now = clock.now();
        return entry == null || !validity.mayServe(entry, now) ? null : CachedEntry.of(entry, validity, freshness, now);
    }

    /**
     * Returns those of the values that were used last, at most so many, the last one first. Takes no lock: what is used meanwhile may be
     * misplaced. Looks at all values, and calls {@code step} often, which may pause.
     */
    public List<Entry> mostRecent(int most, Predicate<Entry> which, Runnable step) {
        return tables.mostRecent(most, which, step);
    }

    /** Does what {@link #load(byte[], LoadListener, LoadMode)} does in the mode {@link LoadMode#SHARED}. */
    public void load(byte[] keyBytes, LoadListener listener) {
        load(keyBytes, listener, LoadMode.SHARED);
    }

    /**
     * Has {@code listener} get the value of a key that {@link #getIfPresent} did not find: joins the load in flight or starts
     * one. The listener may be called before this returns. Takes the array over.
     */
    public void load(byte[] keyBytes, LoadListener listener, LoadMode mode) {
        misses.increment();
        sampling.missed(keyBytes);
        loads.load(keyBytes, listener, mode);
    }

    /**
     * Does what {@link #load(byte[], LoadListener)} does for each key that {@link #getAllPresent} did not find, and asks the store
     * for all of them together. Empties {@code missing}.
     */
    public void load(Misses missing) {
        if (!missing.isEmpty()) {
            misses.add(missing.size());
            loads.load(missing);
        }
    }

    /** Does the same for keys that nobody has asked for: they count as no misses. */
    public void loadAhead(Misses wanted) {
        loads.load(wanted);
    }

    /** Makes these the values used last, those that are held, the first of them the last one of all. They count as no hits. */
    public void makeRecent(List<byte[]> keys) {
        long latest = clock.now();
        for (int i = keys.size() - 1; i >= 0; i--) {
            Entry entry = tables.find(new Key(keys.get(i)));
            latest = Math.max(latest + 1, clock.now());
            boolean unused = entry != null && entry.touch(latest);
        }
    }

    /**
     * Has {@code listener} get the result of the load of that key which is in flight; returns false if none is. Starts no load.
     * A request that is answered without a value learns this way what reads of the key learn next.
     */
    public boolean joinIfLoading(byte[] keyBytes, LoadListener listener) {
        boolean isLoading = loads.joinIfLoading(new Key(keyBytes), listener);
        if (isLoading) {
            misses.increment();
        }
        return isLoading;
    }

    /** Returns the value, expired or not, that is served in place of an error of the store, or null. */
    public @Nullable Entry getInsteadOfError(byte[] keyBytes) {
        return loads.staleValue(new Key(keyBytes));
    }

    /**
     * Begins a write of Redis, which is to be sent after this: drops the keys as {@link #invalidate} does. Until it ends, no result of
     * a load of one of them is cached, and no request gets the result of a load that was sent before the request came. Takes the
     * arrays over.
     */
    public PendingWrite beginWrite(List<byte[]> keys) {
        return fence.begin(keys, null);
    }

    /** As above; the {@linkplain #tellWrites listener} is told at the end that this {@code writer} has written the keys. */
    public PendingWrite beginWrite(List<byte[]> keys, Object writer) {
        return fence.begin(keys, writer);
    }

    /** Does what {@link #beginWrite} does for a read of Redis whose result must not be mixed with others': nobody is told of a write. */
    public PendingWrite beginBypass(List<byte[]> keys) {
        return fence.beginBypass(keys);
    }

    /** Does what {@link #beginWrite} does for all keys there may be. Takes as long as {@link #invalidateAll}. */
    public PendingWrite beginWriteOfAll() {
        return fence.beginOfAll();
    }

    /** Returns whether the cache is told of writes, whoever makes them, as long as connections last. */
    public boolean isTold() {
        return validity.isTold();
    }

    /**
     * Begins a read of Redis that is not a load, and is to be sent after this. It may see a write that the cache is told of later. So its
     * end drops the keys: its client gets no older value after that. Takes the arrays over.
     */
    public PendingWrite beginRead(List<byte[]> keys) {
        return fence.beginRead(keys);
    }

    @Override
    public void invalidate(byte[] keyBytes) {
        validity.invalidate(keyBytes);
    }

    /** Does what {@link #invalidate} does, and returns whether there was an entry. */
    public boolean drop(byte[] keyBytes) {
        return validity.drop(keyBytes);
    }

    @Override
    public void invalidateAll() {
        validity.invalidateAll();
    }

    @Override
    public void invalidateIf(Predicate<byte[]> matches) {
        validity.invalidateIf(matches);
    }

    /** Does what {@link #invalidate} does for each key that matches, and returns how many entries there were. */
    public long dropIf(Predicate<byte[]> matches) {
        return validity.dropIf(matches);
    }

    /** Has this listener told of all writes from now on, in place of the one before. */
    public void tellWrites(WriteListener listener) {
        validity.tell(listener);
    }

    /** Returns whether every write to a key is told at present: the server that it is read from reports it. Takes no lock. */
    public boolean isReported(byte[] key) {
        return validity.isReported(key);
    }

    @Override
    public Origin origin() {
        return validity.origin();
    }

    @Override
    public Origin addOrigin(String server) {
        return validity.addOrigin(server);
    }

    /** Returns what holds at present for the origin of an entry. */
    public Coherence coherence(Entry entry) {
        return validity.coherence(entry);
    }

    /** Returns what holds at present for all origins: the least that holds for one of them. */
    public Coherence coherence() {
        return validity.coherence();
    }

    /** Returns for how many whole seconds, at the reading {@code now} of {@link #now()}, the value has been known. */
    public int ageSeconds(Entry entry, long now) {
        return wholeSeconds(freshness.ageNanos(entry, now));
    }

    /** Returns for how many whole seconds from {@code now} on the value stays fresh; negative if it has expired. */
    public int freshSeconds(Entry entry, long now) {
        return wholeSeconds(validity.end(entry) - now);
    }

    private static int wholeSeconds(long nanos) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, Math.floorDiv(nanos, 1_000_000_000L)));
    }

    /** Returns a reading of the cache's clock in nanoseconds; only differences between readings have a meaning. */
    public long now() {
        return clock.now();
    }

    /** Returns a snapshot of the cache's figures. */
    public CacheStats stats() {
        return new CacheStats(
                hits.sum(),
                misses.sum(),
                loads.loads(),
                loads.failures(),
                tables.evictions(),
                tables.expirations(),
                validity.invalidations(),
                validity.flushes(),
                freshness.staleServed(),
                tables.size(),
                tables.absentSize(),
                tables.bytes(),
                fence.underWay());
    }

    /** Returns a snapshot of the backing store's figures. */
    public StoreStats storeStats() {
        return store.stats();
    }

    /** Closes the backing store. Cached entries stay readable. */
    @Override
    public void close() {
        store.close();
    }
}
