package redisproxy.net;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is held of one client's incomplete requests, as a part of the {@link ClientMemory} of all clients. {@link #hold} belongs
 * to the thread that has the connection; all else is thread-safe. Never blocks.
 */
public final class ClientShare {
    /** So much is held for every client, whatever the others hold: what one read of a round brings. */
    public static final int LEAST_BYTES = Round.READ_BYTES;

    /** In place of a number of bytes: the client is closed. */
    private static final long CLOSED = -1;

    private final ClientMemory memory;
    private final Holder client;
    private final AtomicLong held = new AtomicLong();

    /** The client that a share belongs to. Both methods may be called by any thread, and must not block. */
    public interface Holder {
        /** In place of a time: the client waits for the proxy, so that it must not be closed. */
        long IN_PROCESS = -1;

        /** Returns for how many nanoseconds the proxy has been waiting for the client, or {@link #IN_PROCESS}. */
        long waitedNanos(long now);

        /** Closes the client, because it has held much for long and the memory is short. */
        void closeForMemory();
    }

    ClientShare(ClientMemory memory, Holder client) {
        this.memory = memory;
        this.client = client;
    }

    /**
     * Notes that so many bytes are held from now on. Returns false if there is no memory for as many, or if the client has been
     * closed; then nothing changes. Up to {@link #LEAST_BYTES} are always granted.
     */
    public boolean hold(long bytes) {
        long before = held.get();
        if (before == bytes) {
            return true;
        }
        if (before == CLOSED) {
            return false;
        }
        long more = bytes - before;
        if (more > 0 && !memory.take(this, before, more)) {
            return false;
        }
        if (!held.compareAndSet(before, bytes)) {
            // Closed meanwhile, and what was held before has been given back.
            if (more > 0) {
                memory.giveBack(more);
            }
            return false;
        }
        if (more < 0) {
            memory.giveBack(-more);
        }
        return true;
    }

    /** Ends the share with the connection. */
    public void close() {
        boolean unused = takeAway();
    }

    /** Returns the most bytes that all clients together may hold. */
    public long mostOfAll() {
        return memory.maxBytes();
    }

    /** Returns how many bytes are held; negative once the share is closed. */
    long bytes() {
        return held.get();
    }

    /** Returns how many bytes would be held for how long, as a product; negative if the client must not be closed. */
    double byteNanos(long now, long bytes) {
        return (double) bytes * client.waitedNanos(now);
    }

    /** Ends the share and gives back what is held; returns false if nothing was. */
    boolean takeAway() {
        long bytes = held.getAndSet(CLOSED);
        memory.forget(this);
        if (bytes <= 0) {
            return false;
        }
        memory.giveBack(bytes);
        return true;
    }

    void closeClient() {
        client.closeForMemory();
    }
}
