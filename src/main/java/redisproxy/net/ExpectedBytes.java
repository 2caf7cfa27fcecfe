package redisproxy.net;

/**
 * How many bytes a value that has to be loaded for a client may have: as many as the large ones before it, which is less and
 * less with small ones. A guess, which keeps a client that does not read from having many large values loaded. Not
 * thread-safe.
 */
public final class ExpectedBytes {
    /** Until it is known better. */
    private static final int FIRST = 64 * 1024;

    private int bytes = FIRST;

    /** Returns how many are expected; 0 after many empty ones. */
    public int bytes() {
        return bytes;
    }

    /** Notes how many there were. */
    public void note(int actual) {
        bytes = Math.max(actual, bytes / 2);
    }
}
