package redisproxy.cache;

/**
 * Whether writes are reported, for people to read. An immutable snapshot.
 *
 * @param state the state
 * @param detail the reason for the state in one line; empty if there is none
 * @param confirmations how many times tracking has been confirmed
 * @param losses how many times it was lost
 * @param messages invalidation messages read
 * @param heartbeatMicros how long the last heartbeat took, behind all invalidations that were in flight; -1 before the first
 *     one
 */
public record TrackingStatus(
        State state, String detail, long confirmations, long losses, long messages, long heartbeatMicros) {
    /** The status without tracking. */
    public static final TrackingStatus OFF = new TrackingStatus(State.OFF, "", 0, 0, 0, -1);

    /** The states, from the best to the worst. */
    public enum State {
        /** Not configured: values live for their time. */
        OFF,
        /** Every write is reported. */
        TRACKING,
        /** The server does not offer it: values live for their time. */
        REFUSED,
        /** Not confirmed yet, or lost: nothing is cached. */
        DISCONNECTED
    }

    /** Returns the status of two servers together: the worse state, the sum of the counts, and the longer heartbeat. */
    TrackingStatus and(TrackingStatus other) {
        TrackingStatus worse = other.state.compareTo(state) > 0 ? other : this;
        return new TrackingStatus(
                worse.state,
                worse.detail,
                confirmations + other.confirmations,
                losses + other.losses,
                messages + other.messages,
                Math.max(heartbeatMicros, other.heartbeatMicros));
    }
}
