package redisproxy.resp;

/** How long clients may take, in nanoseconds. May change while they are served. Thread-safe. */
final class Timeouts {
    private volatile long idleNanos;
    private volatile long clientNanos;

    Timeouts(RespConfig config) {
        this.idleNanos = config.idleTimeout().toNanos();
        this.clientNanos = config.clientTimeout().toNanos();
    }

    /** Has clients measured by these timeouts from now on. */
    void change(RespConfig config) {
        idleNanos = config.idleTimeout().toNanos();
        clientNanos = config.clientTimeout().toNanos();
    }

    /** Returns how long a client may take to send the rest of a request, or to take some of a reply. */
    long clientNanos() {
        return clientNanos;
    }

    /** Returns whether a client that has sent no request for so long has been idle for too long. */
    boolean isIdle(long silentNanos) {
        long most = idleNanos;
        return most > 0 && silentNanos >= most;
    }

    /** Returns the shortest silence after which a client may be overdue; 0 as the idle timeout sets no limit. */
    long leastNanos() {
        long idle = idleNanos;
        return idle == 0 ? clientNanos : Math.min(idle, clientNanos);
    }
}
