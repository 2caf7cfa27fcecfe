package redisproxy.resp;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds the memory for long requests of all clients that have not come whole. Thread-safe. */
final class InputBudget {
    /** Keys are short; what clients ask with may not take the place of what they ask for. */
    private static final int SHARE_OF_HEAP = 8;

    /** So that however much others have taken, there is something left for who wants less. */
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
     * Takes so many bytes, to be given back.
     *
     * @throws RespProtocolException if that is more than half of what is left
     */
    void take(long bytes) throws RespProtocolException {
        long before = taken.getAndUpdate(now -> fits(bytes, now) ? now + bytes : now);
        if (!fits(bytes, before)) {
            throw new RespProtocolException(
                    "too big request (all that have not come whole may take %d bytes)".formatted(maxBytes));
        }
    }

    private boolean fits(long bytes, long now) {
        return bytes <= (maxBytes - now) / SHARE_OF_REST;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
