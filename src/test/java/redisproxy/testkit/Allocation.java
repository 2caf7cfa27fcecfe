package redisproxy.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Checks that a reader allocates in proportion to the bytes that arrived, not to a declared length. */
public final class Allocation {
    private static final int FIXED_BYTES = 1024 * 1024;
    /** Many small objects take so many times their bytes on the wire. */
    private static final int BYTES_PER_BYTE = 500;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Fails if reading the input allocates more than an input of that length may. */
    public static void isBounded(byte[] input, Runnable read) {
        long most = FIXED_BYTES + (long) BYTES_PER_BYTE * input.length;
        long allocated = of(read);
        if (allocated > most) {
            // The first run may have loaded classes.
            allocated = of(read);
        }
        if (allocated > most) {
            throw new AssertionError("%d bytes for %s".formatted(allocated, Bytes.of(input)));
        }
    }

    private static long of(Runnable code) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        code.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
