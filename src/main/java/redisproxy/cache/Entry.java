package redisproxy.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was read from the backing store of one key, its value or that it does not exist: a node of the table's bucket
 * chain and of its recency heap, and what a reply is written from. Key and value share one array, so that an entry is two
 * objects.
 *
 * <p>Key and value never change; an entry stays readable after it was evicted. Thread-safe.
 */
public sealed class Entry permits ShorterLivedEntry {
    /** The stamp of an entry that has left the table; greater than every clock reading. */
    private static final long RETIRED = Long.MAX_VALUE;

    private static final int UTF8_FLAG = 1 << 31;
    private static final int ABSENT_FLAG = 1 << 30;
    private static final int FLAGS = UTF8_FLAG | ABSENT_FLAG;

    private static final byte[] NO_VALUE = {};

    private static final VarHandle STAMP;

    static {
        try {
            STAMP = MethodHandles.lookup().findVarHandle(Entry.class, "stamp", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The key's bytes, then the value's. */
    private final byte[] bytes;

    /** The length of the key, and in the highest bits what the value is: one field keeps an entry at 56 bytes. */
    private final int keyLengthAndFlags;

    final int hash;

    /** The first clock reading at which this entry is no longer served. */
    final long deadline;

    /** The next entry of the same bucket. Written under the table's lock, read without. */
    volatile @Nullable Entry next;

    /** The slot in the table's recency heap; read and written under the table's lock. */
    int heapIndex;

    /** The clock reading of the last read or of the load; only grows, and ends as {@link #RETIRED}. */
    @SuppressWarnings("UnusedVariable") // read and written through STAMP
    private volatile long stamp;

    /** What {@link EntityTag} makes of the value, or 0 if nobody has asked. */
    private volatile long tag;

    /** Makes an entry; {@code value} is null if the key does not exist. */
    Entry(Key key, byte @Nullable [] value, long deadline, long loadedAt) {
        byte[] present = value == null ? NO_VALUE : value;
        this.bytes = Arrays.copyOf(key.bytes, Math.addExact(key.bytes.length, present.length));
        System.arraycopy(present, 0, bytes, key.bytes.length, present.length);
        int kind = value == null ? ABSENT_FLAG : Utf8.isValid(value) ? UTF8_FLAG : 0;
        this.keyLengthAndFlags = key.bytes.length | kind;
        this.hash = key.hash;
        this.deadline = deadline;
        this.stamp = loadedAt;
    }

    /** Returns whether the key does not exist; the value is empty then. */
    public boolean isAbsent() {
        return (keyLengthAndFlags & ABSENT_FLAG) != 0;
    }

    /** Returns the length of the value in bytes. */
    public int valueLength() {
        return bytes.length - valueOffset();
    }

    /** Returns whether the value is well-formed UTF-8; decided once, when it was loaded. */
    public boolean isUtf8() {
        return keyLengthAndFlags < 0;
    }

    /** Returns whether {@link #tag()} has to read a value so long that others should not be kept waiting meanwhile. */
    public boolean isTagCostly() {
        return tag == 0 && valueLength() > 64 * 1024;
    }

    /** Returns 64 bits that tell this value from others, the same in every process; made out once. Never 0. */
    public long tag() {
        long known = tag;
        if (known == 0) {
            known = EntityTag.of(bytes, valueOffset(), valueLength());
            tag = known;
        }
        return known;
    }

    /**
     * Returns the array that the value lies in, from {@link #valueOffset()} to its end. It is the entry's own: never
     * write to it.
     */
    public byte[] array() {
        return bytes;
    }

    /** Returns where in {@link #array()} the value begins. */
    public int valueOffset() {
        return keyLengthAndFlags & ~FLAGS;
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

    /** Returns when the value was asked for, if values live for {@code ttlNanos}. */
    long sentAt(long ttlNanos) {
        return deadline - ttlNanos;
    }

    /** Returns whether the deadline is our own, which may be stretched until {@code now}, and not that of the key itself. */
    boolean isStretchable(long now) {
        return true;
    }

    long stamp() {
        return stamp;
    }

    /** Records a read at {@code now}; returns false if the entry has left the table, so that this is no hit. */
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

    /** Retires the entry if nobody has read it since {@code expectedStamp}. */
    boolean retireIfUntouched(long expectedStamp) {
        return STAMP.compareAndSet(this, expectedStamp, RETIRED);
    }

    void retire() {
        stamp = RETIRED;
    }
}
