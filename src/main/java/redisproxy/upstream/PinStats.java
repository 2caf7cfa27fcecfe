package redisproxy.upstream;

/**
 * Figures of the pinned connections at one moment. Immutable and thread-safe.
 *
 * @param inUse how many clients have one
 * @param idle how many are open and wait for the next client
 * @param most how many clients may have one at one time
 * @param opened how many have been opened
 * @param refused how many clients have got none, because all were in use
 */
public record PinStats(int inUse, int idle, int most, long opened, long refused) {
    /** What there is where none are allowed. */
    public static final PinStats NONE = new PinStats(0, 0, 0, 0, 0);
}
