package redisproxy.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One value that was read from the backing store, with its key: a node of the table's bucket chain and of its recency
 * heap, and what a reply is written from. Key and value share one array, so that an entry is two objects.
 *
 * <p>Key and value never change; an entry stays readable after it was evicted. Thread-safe.
 */
public final class Entry {
    /** The stamp of an entry that has left the table; greater than every clock reading. */
    private static final long RETIRED = Long.MAX_VALUE;

    private static final int UTF8_FLAG = 1 << 31;

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

    /** The length of the key, and in the sign bit whether the value is UTF-8: one field keeps an entry at 48 bytes. */
    private final int keyLengthAndUtf8;

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

    Entry(Key key, byte[] value, long deadline, long loadedAt) {
        this.bytes = Arrays.copyOf(key.bytes, Math.addExact(key.bytes.length, value.length));
        System.arraycopy(value, 0, bytes, key.bytes.length, value.length);
        this.keyLengthAndUtf8 = key.bytes.length | (Utf8.isValid(value) ? UTF8_FLAG : 0);
        this.hash = key.hash;
        this.deadline = deadline;
        this.stamp = loadedAt;
    }

    /** Returns the length of the value in bytes. */
    public int valueLength() {
        return bytes.length - valueOffset();
    }

    /** Returns whether the value is well-formed UTF-8; decided once, when it was loaded. */
    public boolean isUtf8() {
        return keyLengthAndUtf8 < 0;
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
        return keyLengthAndUtf8 & ~UTF8_FLAG;
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

    boolean isExpired(long now) {
        return now >= deadline;
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
