package redisproxy.cache;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a cache holds: a table of values, and a table of keys that do not exist, so that no number of absent keys evicts a
 * value. Thread-safe. Finding takes no lock and allocates nothing.
 */
final class Tables {
    private final LruTable values;
    private volatile @Nullable LruTable absents;
    private volatile int maxValueBytes;
    private final LongAdder expirations = new LongAdder();

    Tables(CacheConfig config) {
        this.values = new LruTable(config.maxEntries(), config.maxBytes());
        this.absents = config.keepsAbsent() ? new LruTable(config.maxAbsent(), config.maxAbsentBytes()) : null;
        this.maxValueBytes = config.maxValueBytes();
    }

    /** Returns the entry of that key, expired or not, or null. */
    @Nullable
    Entry find(int hash, byte[] source, int offset, int length) {
        Entry entry = values.find(hash, source, offset, length);
        if (entry != null) {
            return entry;
        }
        LruTable others = absents;
        return others == null ? null : others.find(hash, source, offset, length);
    }

    @Nullable
    Entry find(Key key) {
        return find(key.hash, key.bytes, 0, key.bytes.length);
    }

    @Nullable
    Entry findValue(Key key) {
        return values.find(key.hash, key.bytes, 0, key.bytes.length);
    }

    /** Finds what {@link #find} finds for each key. */
    void findAll(Lookups lookups) {
        values.findAll(lookups);
        LruTable others = absents;
        if (others != null) {
            others.findMissing(lookups);
        }
    }

    /** Returns whether a value of that length is held at present. */
    boolean mayHold(int valueLength) {
        return valueLength <= maxValueBytes;
    }

    /** How an entry was stored. */
    enum Stored {
        ADDED,
        /** In the place of an expired entry of the same key. */
        RENEWED,
        REFUSED
    }

    /**
     * Stores an entry if {@code admission} allows it and there is room for it. If the key came to exist or ceased to, its
     * entry in the other table is removed either way.
     */
    Stored put(Key key, Entry entry, Admission admission, long now) {
        LruTable keys = absents;
        LruTable table = entry.isAbsent() ? keys : values;
        LruTable other = entry.isAbsent() ? values : keys;
        if (entry.isAbsent()) {
            // First, because values are looked up first.
            remove(other, key, now);
        }
        LruTable.Displaced displaced = table == null
                        || entry.isExpired(now)
                        || !mayHold(entry.valueLength())
                        || entry.valueOffset() != key.bytes.length
                ? LruTable.Displaced.REFUSED
                : table.put(key, entry, admission, now);
        if (!entry.isAbsent()) {
            remove(other, key, now);
        }
        return switch (displaced) {
            case NOTHING, SAME_KEY -> Stored.ADDED;
            case EXPIRED -> {
                expirations.increment();
                yield Stored.RENEWED;
            }
            case REFUSED -> Stored.REFUSED;
        };
    }

    /** Removes what a later answer of the same kind, which is not stored itself, contradicts. */
    void removeOlderThan(Entry entry, Key key, long now) {
        remove(entry.isAbsent() ? absents : values, key, now);
    }

    private void remove(@Nullable LruTable table, Key key, long now) {
        Entry entry = table == null ? null : table.remove(key);
        if (entry != null && entry.isExpired(now)) {
            expirations.increment();
        }
    }

    /**
     * Removes what is held of a key; returns whether that was anything.
     *
     * @param isLoading whether a load of the key may be about to store its result, so that the tables' locks are needed
     */
    boolean remove(Key key, boolean isLoading) {
        // Both tables: while a result is being published, the other table may still hold what that result contradicts.
        boolean wasHeld = remove(values, key, isLoading);
        LruTable others = absents;
        return (others != null && remove(others, key, isLoading)) || wasHeld;
    }

    private static boolean remove(LruTable table, Key key, boolean isLoading) {
        boolean mayBeThere = isLoading || table.find(key.hash, key.bytes, 0, key.bytes.length) != null;
        return mayBeThere && table.remove(key) != null;
    }

    /**
     * What other bounds need. Immutable.
     *
     * @param values for the values, or null if there is enough
     * @param absents the same for absent keys
     * @param newAbsents the table of absent keys, if there is none and they are to be kept
     */
    record Room(
            @Nullable Slots values,
            @Nullable Slots absents,
            @Nullable LruTable newAbsents) {}

    /** Takes the memory that {@link #bound} needs. Changes nothing. */
    Room roomFor(CacheConfig config) {
        LruTable others = absents;
        return new Room(
                values.slotsFor(config.maxEntries()),
                others == null ? null : others.slotsFor(config.maxAbsent()),
                others == null && config.keepsAbsent()
                        ? new LruTable(config.maxAbsent(), config.maxAbsentBytes())
                        : null);
    }

    /**
     * Has other bounds apply to what is stored from now on, and begins to keep absent keys if they are to be kept. Call {@link #fit}
     * then. One thread at a time.
     */
    void bound(CacheConfig config, Room room) {
        values.bound(config.maxEntries(), config.maxBytes(), room.values());
        LruTable others = absents;
        if (others != null) {
            others.bound(config.maxAbsent(), config.maxAbsentBytes(), room.absents());
        } else {
            absents = room.newAbsents();
        }
        maxValueBytes = config.maxValueBytes();
    }

    /** Evicts what is held beyond the bounds, in the exact order. Takes long if that is much, and holds up nobody. */
    void fit() {
        values.fit(() -> {});
        LruTable others = absents;
        if (others != null) {
            others.fit(() -> {});
        }
    }

    /** Has {@code look} see all that is held, and all that is stored before this begins. Takes no lock for long. */
    void forEach(Consumer<Entry> look) {
        long unused = removeIf(entry -> {
            look.accept(entry);
            return false;
        });
    }

    /** Removes what is held that matches; returns how much that was. */
    long removeIf(Predicate<Entry> matches) {
        long removed = values.removeIf(matches);
        LruTable others = absents;
        return others == null ? removed : removed + others.removeIf(matches);
    }

    void clear() {
        values.clear();
        LruTable others = absents;
        if (others != null) {
            others.clear();
        }
    }

    /** Returns at most so many values, the one used last first; calls {@code step} between parts of the work. */
    List<Entry> mostRecent(int most, Predicate<Entry> which, Runnable step) {
        return values.mostRecent(most, which, step);
    }

    long evictions() {
        return values.evictions();
    }

    long expirations() {
        return expirations.sum();
    }

    int size() {
        return values.size();
    }

    int absentSize() {
        LruTable others = absents;
        return others == null ? 0 : others.size();
    }

    long bytes() {
        return values.bytes();
    }
}
