package redisproxy.server;

import org.jspecify.annotations.Nullable;

/**
 * A little memory of the heap. A process whose heap is full of what is still referred to runs on, spends its time on garbage
 * collection, and serves nearly nothing.
 */
final class MemoryVital implements Vital {
    private static final long MOST_BYTES = 1024 * 1024;

    /** A heap of which less than this part is left is full. */
    private static final int PART_OF_HEAP = 64;

    /** While so many times as much is unused, nothing is allocated: a full heap is what is looked for. */
    private static final long ENOUGH = 16;

    private final int bytes;

    /** Not a constant: without memory, no string constant can be read that has not been read before. */
    private final String lost;

    /** Keeps the compiler from leaving the allocation out. */
    @SuppressWarnings("UnusedVariable")
    private volatile byte @Nullable [] allocated;

    /** Makes the vital: it is lost while so many bytes cannot be allocated at once. */
    MemoryVital(int bytes) {
        this.bytes = bytes;
        this.lost = "free memory";
    }

    /** Returns the one of a heap of at most this size. */
    static MemoryVital ofHeap(long heapBytes) {
        return new MemoryVital((int) Math.min(MOST_BYTES, heapBytes / PART_OF_HEAP));
    }

    @Override
    public @Nullable String lost() {
        if (unusedBytes() > ENOUGH * bytes) {
            return null;
        }
        try {
            allocated = new byte[bytes];
            return null;
        } catch (OutOfMemoryError e) {
            return lost;
        } finally {
            allocated = null;
        }
    }

    /** Returns how much of the heap is not in use, garbage included in what is. */
    private static long unusedBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }
}
