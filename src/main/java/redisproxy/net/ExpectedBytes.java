package redisproxy.net;

/**
 * Estimates the size of a value that has to be loaded for a client: the size of the largest value before it, halved with every
 * smaller one. So a client that does not read cannot have many large values loaded for it. Not thread-safe.
 */
public final class ExpectedBytes {
    /** The estimate before the first value. */
    private static final int FIRST = 64 * 1024;

    private int bytes = FIRST;

    /** Returns the estimate in bytes; 0 after many empty values. */
    public int bytes() {
        return bytes;
    }

    /** Notes the size of a value in bytes. */
    public void note(int actual) {
        bytes = Math.max(actual, bytes / 2);
    }
}
