package redisproxy.cache;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the arrays of values. One that takes much of the heap is made only if it leaves room for everything else: the heap would
 * else be full to its last byte with values, and whoever asks for a few bytes next gets the error, be it a selector that ends or
 * an accept that loses its connection. Thread-safe; does not block but for the garbage collector, and for another large array.
 */
public final class LargeArrays {
    private static final long HEAP_BYTES = Runtime.getRuntime().maxMemory();

    /** Smaller ones leave room as a rule. */
    private static final long LARGE_BYTES = HEAP_BYTES / 32;

    private static final long ROOM_BYTES = HEAP_BYTES / 16;

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    /** Keeps the compiler from leaving out an array that nobody reads. */
    @SuppressWarnings("unused")
    private static volatile int tried;

    private LargeArrays() {}

    /**
     * Returns a new array.
     *
     * @throws OutOfMemoryError if it does not fit, or leaves too little room
     */
    public static byte[] allocate(int length) {
        return length < LARGE_BYTES ? new byte[length] : allocateLarge(length);
    }

    /**
     * Returns a longer array that begins with the bytes of {@code array}.
     *
     * @throws OutOfMemoryError as {@link #allocate}
     */
    public static byte[] grow(byte[] array, int length) {
        if (length < LARGE_BYTES) {
            return Arrays.copyOf(array, length);
        }
        byte[] grown = allocateLarge(length);
        System.arraycopy(array, 0, grown, 0, array.length);
        return grown;
    }

    /**
     * Returns a new array that is held together with {@code held} bytes of others, which were made so, too: however small each of them
     * is, they leave room.
     *
     * @throws OutOfMemoryError as {@link #allocate}
     */
    public static byte[] allocateMore(long held, int length) {
        boolean isLarge = (held + length) / LARGE_BYTES > held / LARGE_BYTES;
        return isLarge ? allocateLarge(length) : new byte[length];
    }

    /** An array and the room together are tried in one: if that fails, nothing has been taken from others meanwhile. */
    private static byte[] allocateLarge(int length) {
        ONE_AT_A_TIME.lock();
        try {
            tried = new byte[(int) Math.min(length + ROOM_BYTES, CacheConfig.MAX_VALUE_BYTES)].length;
            return new byte[length];
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }
}
