package redisproxy.resp;

/**
 * How long clients may take, in nanoseconds.
 *
 * @param idleNanos how long a client may send no request; 0 for no limit
 * @param clientNanos how long a client may take to send the rest of a request, or to take some of a reply
 */
record Timeouts(long idleNanos, long clientNanos) {
    static Timeouts of(RespConfig config) {
        return new Timeouts(
                config.idleTimeout().toNanos(), config.clientTimeout().toNanos());
    }

    /** Returns the shortest silence after which a client may be overdue. */
    long leastNanos() {
        return idleNanos == 0 ? clientNanos : Math.min(idleNanos, clientNanos);
    }
}
