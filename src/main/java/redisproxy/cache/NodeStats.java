package redisproxy.cache;

/**
 * The figures of one server that a {@link BackingStore} reads from. An immutable snapshot; its parts may be some requests
 * apart.
 *
 * @param address host and port, as configured or as other servers tell it
 * @param role what the server is among those that hold the same keys
 * @param slots how many slots of a Cluster it holds, or copies as a replica; 0 if it is no node of one
 * @param isRead whether keys are read from it at present
 * @param tracking whether it reports writes
 * @param circuit whether requests are sent to it
 * @param linksOpen connections that are open, without the one that reports writes
 * @param linksInUse connections that requests wait for at present, those that are being opened included
 * @param queued requests that wait for a connection
 * @param longestWaitMillis for how long the oldest of these has been waiting, in milliseconds; 0 if none waits
 * @param requests requests answered so far, error replies and the probes of this process included
 * @param linksOpened connections opened so far
 * @param linksBroken connections given up so far because they failed or did not answer in time
 * @param errors what went wrong so far
 */
public record NodeStats(
        String address,
        Role role,
        int slots,
        boolean isRead,
        TrackingStatus tracking,
        Circuit circuit,
        int linksOpen,
        int linksInUse,
        int queued,
        long longestWaitMillis,
        long requests,
        long linksOpened,
        long linksBroken,
        Errors errors) {

    /** What a server is among those that hold the same keys. */
    public enum Role {
        /** It is the only one that is known, and has not been asked. */
        ALONE,
        /** It takes writes. */
        MASTER,
        /** It copies a master. */
        REPLICA
    }

    /** The state of the circuit breaker of a server, from the best to the worst. */
    public enum Circuit {
        /** Requests are sent. */
        CLOSED,
        /** A probe is sent to find out whether the server answers again. Requests are refused. */
        HALF_OPEN,
        /** Requests are refused until it is time to try again. */
        OPEN
    }

    /**
     * Counts of errors by kind.
     *
     * @param unreachable attempts to connect that failed, handshakes that were refused included
     * @param timedOut requests that were not answered in time, probes included
     * @param refused requests that were not sent because the circuit was open
     * @param errorReplies error replies of the server
     */
    public record Errors(long unreachable, long timedOut, long refused, long errorReplies) {}
}
