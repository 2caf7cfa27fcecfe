package redisproxy.resp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is held of the replies of Redis that the clients of a port have not taken yet. Clients that ask for much and do not read would
 * else fill the heap: such a reply is as large as Redis makes it. Thread-safe; never blocks.
 */
final class HeldReplies {
    /** Smaller ones are not counted: as many as are queued for a client are no more than what it may send. */
    static final int LEAST_BYTES = 16 * 1024;

    /** The cache, and what clients send, have the rest. */
    private static final int SHARE_OF_HEAP = 4;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    HeldReplies(long mostBytes) {
        most = mostBytes;
    }

    static HeldReplies ofHeap() {
        return new HeldReplies(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Counts a reply, unless as much is held as may be: one reply may be larger than that. Returns whether it is held. */
    boolean hold(long bytes) {
        if (held.get() >= most) {
            return false;
        }
        held.addAndGet(bytes);
        return true;
    }

    /** It has been taken, or its client has gone. */
    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    long bytes() {
        return held.get();
    }

    /** Returns what a client gets instead of a reply that is not held. */
    byte[] refusal(long bytes) {
        return ReplyBuilder.error(
                "ERR the reply of Redis, of %d bytes, was thrown away: replies of more than %d bytes wait for clients that do not take them. The command was executed"
                        .formatted(bytes, most));
    }
}
