package redisproxy.resp;

import java.util.concurrent.atomic.AtomicLong;
import redisproxy.net.ClientMemory;

/** Bounds what is held for all clients that do not take what they are told. Thread-safe. */
final class PushMemory {
    /** Nobody may lose for this what is held of requests. */
    private static final int SHARE_OF_CLIENTS = 16;

    private final ClientMemory memory;
    private final AtomicLong held = new AtomicLong();

    PushMemory(ClientMemory memory) {
        this.memory = memory;
    }

    /** Takes so many bytes; returns false if there is no room for them. */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) > memory.maxBytes() / SHARE_OF_CLIENTS) {
            held.addAndGet(-bytes);
            return false;
        }
        memory.beginWait(bytes);
        return true;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
        memory.endWait(bytes);
    }
}
