package redisproxy.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Tells whether a reader allocates for what has arrived, or for what was only announced. */
public final class Allocation {
    private static final int FIXED_BYTES = 1024 * 1024;
    /** Many small things take so much more than their bytes on the wire. */
    private static final int BYTES_PER_BYTE = 500;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Fails if it takes more to read the input than any input of that length may. */
    public static void isBounded(byte[] input, Runnable read) {
        long most = FIXED_BYTES + (long) BYTES_PER_BYTE * input.length;
        long allocated = of(read);
        if (allocated > most) {
            // That may have been for classes that were not loaded yet.
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
