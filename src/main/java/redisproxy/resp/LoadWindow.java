package redisproxy.resp;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many keys are loaded at one time for the requests of one connection that read many. Thread-safe; only the thread
 * that works for the connection waits for room.
 */
final class LoadWindow {
    /** Enough to keep Redis busy. More would only wait in the proxy. */
    static final int KEYS = 1000;

    /** What an argument takes beside its bytes: the header of an array, and its places in others. */
    private static final int ARGUMENT_OVERHEAD = 64;

    private final AtomicInteger loading = new AtomicInteger();

    /** For how many keys the connection awaits room; 0 if it does not. */
    private volatile int wanted;

    /** Returns whether there is room for so many keys; if not, {@link #takeRoomMade} tells when. */
    boolean hasRoom(int keys) {
        // Noted before it is counted: a load that ends meanwhile sees the one, or its end is seen here.
        wanted = keys;
        if (KEYS - loading.get() < keys) {
            return false;
        }
        wanted = 0;
        return true;
    }

    int room() {
        return KEYS - loading.get();
    }

    void begin(int keys) {
        loading.addAndGet(keys);
    }

    void end() {
        loading.decrementAndGet();
    }

    /** Returns whether the connection has been awaiting room that there is now. */
    boolean takeRoomMade() {
        int keys = wanted;
        if (keys == 0 || KEYS - loading.get() < keys) {
            return false;
        }
        wanted = 0;
        return true;
    }

    /** Returns what is held of a request while its reply waits: copies of its arguments, of many in windows. */
    static int heldBytes(RequestParser request) {
        if (request.count() > KEYS) {
            return KEYS * ARGUMENT_OVERHEAD;
        }
        return request.requestLength() + request.count() * ARGUMENT_OVERHEAD;
    }
}
