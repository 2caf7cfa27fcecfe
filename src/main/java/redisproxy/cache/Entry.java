package redisproxy.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was read of one key: its value, or that it does not exist. An entry is a node of its table's bucket chain and recency
 * heap, and replies are written from it. Key and value share one array, so that an entry is two objects.
 *
 * <p>Key and value never change. An entry stays readable after it has been evicted. Thread-safe.
 */
public sealed class Entry permits ShorterLivedEntry {
    /** The stamp of an entry that has left the table; greater than every clock reading. */
    private static final long RETIRED = Long.MAX_VALUE;

    private static final int MARK_FLAG = 1 << 31;
    private static final int ABSENT_FLAG = 1 << 30;
    private static final int TERM_SHIFT = 30 - Terms.ID_BITS;
    private static final int TERM_MASK = (1 << Terms.ID_BITS) - 1;

    /** The longest key that is cached. */
    static final int MAX_KEY_BYTES = (1 << TERM_SHIFT) - 1;

    private static final byte[] NO_VALUE = {};

    private static final VarHandle STAMP;
    private static final VarHandle DEADLINE;

    static {
        try {
            STAMP = MethodHandles.lookup().findVarHandle(Entry.class, "stamp", long.class);
            DEADLINE = MethodHandles.lookup().findVarHandle(Entry.class, "deadline", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The key's bytes, then the value's. */
    private final byte[] bytes;

    /**
     * Two flags in the highest bits, the number of the term, and the length of the key: one field keeps an entry at 56 bytes. The
     * mark may be set by any thread, each to the same, before {@link #derived} says that it has been.
     */
    private int keyLengthAndFlags;

    final int hash;

    /**
     * The first clock reading at which this entry is no longer served. Changes with the TTL alone: a reader sees the old one or the new
     * one, since a 64-bit JVM reads it at once.
     */
    long deadline;

    /** The next entry of the same bucket. Written under the table's lock, read without. */
    volatile @Nullable Entry next;

    /** The slot in the table's recency heap; read and written under the table's lock. */
    int heapIndex;

    /** The clock reading of the last read or of the load; only grows, and ends as {@link #RETIRED}. */
    @SuppressWarnings("UnusedVariable") // read and written through STAMP
    private volatile long stamp;

    /** What {@link #derive} has kept, or 0. */
    private volatile long derived;

    /**
     * Makes an entry. It holds no key if that is too long to be cached, or if {@code key} is {@link Key#unnamed}: then the value's array
     * is its own, and takes no second one beside it.
     *
     * @param value null if the key does not exist; taken over
     */
    Entry(Key key, byte @Nullable [] value, Term term, long deadline, long loadedAt) {
        byte[] present = value == null ? NO_VALUE : value;
        int keyLength = key.bytes.length > MAX_KEY_BYTES ? 0 : key.bytes.length;
        this.bytes = keyLength == 0 ? present : joined(key.bytes, present);
        this.keyLengthAndFlags = keyLength | term.id << TERM_SHIFT | (value == null ? ABSENT_FLAG : 0);
        this.hash = key.hash;
        this.deadline = deadline;
        this.stamp = loadedAt;
    }

    private static byte[] joined(byte[] key, byte[] value) {
        byte[] joined = LargeArrays.allocate(Math.addExact(key.length, value.length));
        System.arraycopy(key, 0, joined, 0, key.length);
        System.arraycopy(value, 0, joined, key.length, value.length);
        return joined;
    }

    /** Returns whether the key does not exist; the value is empty then. */
    public boolean isAbsent() {
        return (keyLengthAndFlags & ABSENT_FLAG) != 0;
    }

    /** Returns the length of the value in bytes. */
    public int valueLength() {
        return bytes.length - valueOffset();
    }

    /**
     * Returns the 64 bits that the HTTP front has derived from the value, or 0 if it has not yet. The cache keeps them with
     * the value and knows nothing of what they mean.
     */
    public long derived() {
        return derived;
    }

    /** Returns the mark that was kept with {@link #derived()}; says nothing before that is known. */
    public boolean isMarked() {
        return keyLengthAndFlags < 0;
    }

    /** Keeps what has been derived from the value of a key that exists; {@code bits} is not 0, and always the same. */
    public void derive(long bits, boolean mark) {
        if (mark) {
            keyLengthAndFlags |= MARK_FLAG;
        }
        derived = bits;
    }

    /**
     * Returns the array that the value lies in, from {@link #valueOffset()} to the end of the array. It belongs to the entry:
     * never write to it.
     */
    public byte[] array() {
        return bytes;
    }

    /** Returns where in {@link #array()} the value begins. */
    public int valueOffset() {
        return keyLengthAndFlags & MAX_KEY_BYTES;
    }

    /** Returns the number of the term that the value was read in. */
    int termId() {
        return keyLengthAndFlags >>> TERM_SHIFT & TERM_MASK;
    }

    /** Puts the whole value into {@code target}, which must have room for it. */
    public void putValue(ByteBuffer target) {
        target.put(bytes, valueOffset(), valueLength());
    }

    boolean hasKey(int keyHash, byte[] source, int offset, int length) {
        int keyLength = valueOffset();
        return hash == keyHash
                && keyLength == length
                && Arrays.equals(bytes, 0, keyLength, source, offset, offset + length);
    }

    /** Returns a copy of the key's bytes. */
    public byte[] keyBytes() {
        return Arrays.copyOf(bytes, valueOffset());
    }

    Key key() {
        return new Key(keyBytes());
    }

    boolean isExpired(long now) {
        return now >= deadline;
    }

    /** Returns when the value was asked for, if values live for as long as {@code lives} says. */
    long sentAt(Lives lives) {
        long seen = deadline;
        return seen - lives.nanosOf(seen);
    }

    /** Moves the deadline to where it would be if these had been the lives of entries from the start. */
    void moveDeadline(Lives lives) {
        long seen = deadline;
        while (!lives.isPresent(seen)) {
            long moved = lives.deadline(seen - lives.nanosOf(seen));
            long witness = (long) DEADLINE.compareAndExchange(this, seen, moved);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    /** Sets the deadline of an entry that knows by itself when it was asked for. */
    final void setDeadline(long moved) {
        DEADLINE.setOpaque(this, moved);
    }

    /** Returns whether the key itself lives on at {@code now}, so that the entry may be served stale. */
    boolean mayBeServedStale(long now) {
        return true;
    }

    long stamp() {
        return stamp;
    }

    /** Records a read at {@code now}; returns false if the entry has left the table, so that the read is a miss. */
    boolean touch(long now) {
        long seen = stamp;
        while (seen < now) {
            long witness = (long) STAMP.compareAndExchange(this, seen, now);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return seen != RETIRED;
    }

    /** Retires the entry if it has not been read since {@code expectedStamp}. */
    boolean retireIfUntouched(long expectedStamp) {
        return STAMP.compareAndSet(this, expectedStamp, RETIRED);
    }

    void retire() {
        stamp = RETIRED;
    }
}
