package redisproxy.resp;

/**
 * How long clients may take.
 *
 * @param idleNanos to ask for something; 0 for as long as they like
 * @param clientNanos to send the rest of a request, or to take some of a reply
 */
record Timeouts(long idleNanos, long clientNanos) {
    static Timeouts of(RespConfig config) {
        return new Timeouts(
                config.idleTimeout().toNanos(), config.clientTimeout().toNanos());
    }

    /** Returns after how long a time without a sign a client is worth a look. */
    long leastNanos() {
        return idleNanos == 0 ? clientNanos : Math.min(idleNanos, clientNanos);
    }
}
