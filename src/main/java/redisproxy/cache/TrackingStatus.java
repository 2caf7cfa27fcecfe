package redisproxy.cache;

/**
 * How it stands with being told of writes; for people to read.
 *
 * @param state what is the case
 * @param detail why, in one line; empty if there is nothing to say
 * @param confirmations how often tracking has been confirmed
 * @param losses how often it was lost
 * @param messages invalidation messages read
 * @param heartbeatMicros how long the last heartbeat took, through all invalidations that were under way; -1 if none has
 *     come
 */
public record TrackingStatus(
        State state, String detail, long confirmations, long losses, long messages, long heartbeatMicros) {
    /** Nobody asked for tracking. */
    public static final TrackingStatus OFF = new TrackingStatus(State.OFF, "", 0, 0, 0, -1);

    /** What may be the case. */
    public enum State {
        /** Not configured: values live for their time. */
        OFF,
        /** Not confirmed yet, or lost: nothing is cached. */
        DISCONNECTED,
        /** The cache is told of every write. */
        TRACKING,
        /** The server does not offer it: values live for their time. */
        REFUSED
    }
}
