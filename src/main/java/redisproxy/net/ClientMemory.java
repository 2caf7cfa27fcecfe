package redisproxy.net;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that is held for the clients of both ports together: what has arrived of requests that are incomplete, and
 * the requests whose replies wait for Redis. Thread-safe. Only the search for clients to close takes a lock, when memory is
 * short.
 */
public final class ClientMemory {
    /*
     * Incomplete requests
     * -------------------
     * Each client has a ClientShare of its own. A client gets at most half of what is left, so that something is always left
     * for smaller requests. When not even a small request fits, the clients are closed that hold the most bytes for the longest
     * time, by the product of both: honest clients hold much only briefly, or little.
     *
     * Waiting replies
     * ---------------
     * They end by themselves in bounded time. So no client is refused for them; clients are not read from instead. At most half of
     * the memory counts as theirs, so that incomplete requests always have the other half.
     */

    /** Most of the heap is for values. */
    private static final int SHARE_OF_HEAP = 8;

    private static final int SHARE_OF_REST = 2;

    /** For a client that wants a larger part than this, no other is closed. */
    private static final int SHARE_OF_SMALL = 64;

    /** So much is made free at one time, since looking for clients to close takes time. */
    private static final int SHARE_MADE_FREE = 256;

    private final long maxBytes;
    private final AtomicLong incomplete = new AtomicLong();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final Set<ClientShare> shares = ConcurrentHashMap.newKeySet();

    /** Makes a memory of so many bytes. */
    public ClientMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Makes a memory of an eighth of the heap. */
    public static ClientMemory ofHeap() {
        return new ClientMemory(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Returns the most bytes that all clients together may hold. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Returns how many bytes are held for all clients now. */
    public long heldBytes() {
        return incomplete.get() + waiting.get();
    }

    /** Returns how many clients have been closed because memory was short. */
    public long closedClients() {
        return closed.get();
    }

    /** Makes the share of a new client, to be {@linkplain ClientShare#close closed} with its connection. */
    public ClientShare share(ClientShare.Holder client) {
        ClientShare share = new ClientShare(this, client);
        shares.add(share);
        return share;
    }

    /** Counts a request whose reply waits; {@link #endWait} must follow, also if the client has left. */
    public void beginWait(long bytes) {
        waiting.addAndGet(bytes);
    }

    /** Ends the count of a request whose reply has come. */
    public void endWait(long bytes) {
        waiting.addAndGet(-bytes);
    }

    /** Returns whether a client with a request that waits should not send another one. */
    public boolean isShort() {
        return waiting.get() >= maxBytes / SHARE_OF_REST;
    }

    private long rest() {
        return maxBytes - Math.min(waiting.get(), maxBytes / SHARE_OF_REST) - incomplete.get();
    }

    /**
     * Takes {@code more} bytes for a client that has {@code before}, and closes others if need be. Returns false if it may not
     * have them.
     */
    boolean take(ClientShare client, long before, long more) {
        long bytes = before + more;
        if (fits(before, more)) {
            return true;
        }
        if (bytes <= Math.max(ClientShare.LEAST_BYTES, maxBytes / SHARE_OF_SMALL)) {
            makeRoom(client, bytes).forEach(ClientShare::closeClient);
            if (fits(before, more)) {
                return true;
            }
        }
        if (bytes > ClientShare.LEAST_BYTES) {
            return false;
        }
        incomplete.addAndGet(more);
        return true;
    }

    private boolean fits(long before, long more) {
        while (true) {
            long now = incomplete.get();
            long left = maxBytes - Math.min(waiting.get(), maxBytes / SHARE_OF_REST) - (now - before);
            if (before + more > left / SHARE_OF_REST) {
                return false;
            }
            if (incomplete.compareAndSet(now, now + more)) {
                return true;
            }
        }
    }

    void giveBack(long bytes) {
        incomplete.addAndGet(-bytes);
    }

    void forget(ClientShare share) {
        shares.remove(share);
    }

    /** Takes their memory from clients that hold more, for longer, until {@code bytes} fit; the caller closes these clients. */
    private synchronized List<ClientShare> makeRoom(ClientShare client, long bytes) {
        record Candidate(ClientShare share, double byteNanos) implements Comparable<Candidate> {
            @Override
            public int compareTo(Candidate other) {
                return Double.compare(other.byteNanos, byteNanos);
            }
        }

        List<ClientShare> evicted = new ArrayList<>();
        long needed = SHARE_OF_REST * bytes;
        // Another thread may have made room meanwhile.
        if (rest() >= needed) {
            return evicted;
        }
        long room = Math.max(needed, maxBytes / SHARE_MADE_FREE);
        long now = System.nanoTime();
        double own = Math.max(0, client.byteNanos(now, bytes));
        List<Candidate> candidates = new ArrayList<>();
        for (ClientShare share : shares) {
            double byteNanos = share.byteNanos(now, share.bytes());
            if (share != client && byteNanos > own) {
                candidates.add(new Candidate(share, byteNanos));
            }
        }
        // A few of many thousand are closed, so that sorting all of them would take longer than all else.
        Queue<Candidate> byCost = new PriorityQueue<>(candidates);
        while (rest() < room && !byCost.isEmpty()) {
            ClientShare costliest = byCost.remove().share;
            if (costliest.takeAway()) {
                closed.incrementAndGet();
                evicted.add(costliest);
            }
        }
        return evicted;
    }
}
