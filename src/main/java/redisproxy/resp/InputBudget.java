package redisproxy.resp;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory that the long incomplete requests of all clients take together. Thread-safe. */
final class InputBudget {
    /** Keys are short: most of the heap is for values. */
    private static final int SHARE_OF_HEAP = 8;

    /** One request takes at most half of what is left, so that something is always left for smaller requests. */
    private static final int SHARE_OF_REST = 2;

    private final long maxBytes;
    private final AtomicLong taken = new AtomicLong();

    InputBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    static InputBudget ofHeap() {
        return new InputBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /**
     * Takes bytes, which must be given back.
     *
     * @throws RespProtocolException if that is more than half of what is left
     */
    void take(long bytes) throws RespProtocolException {
        long before = taken.getAndUpdate(now -> fits(bytes, now) ? now + bytes : now);
        if (!fits(bytes, before)) {
            throw new RespProtocolException(
                    "too big request (all incomplete requests together may take %d bytes)".formatted(maxBytes));
        }
    }

    private boolean fits(long bytes, long now) {
        return bytes <= (maxBytes - now) / SHARE_OF_REST;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
