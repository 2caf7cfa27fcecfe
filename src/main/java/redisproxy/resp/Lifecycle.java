package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/** The phase of one connection, from its admission to its end. Belongs to the thread that works for the connection. */
final class Lifecycle {
    private final ClientRegistry registry;
    private final HangUp hangUp;
    private Phase phase = Phase.ENTERING;

    /** What a connection may be doing. */
    private enum Phase {
        /** Waits to be let in; reads nothing. */
        ENTERING,
        /** Reads and executes requests. */
        SERVING,
        /** Executes the requests that have been read, then hangs up. */
        DRAINING,
        /** Writes the replies that are left, then hangs up. */
        LEAVING,
        /** Has ended, or is about to; releases what it holds. */
        CLOSED
    }

    Lifecycle(ClientRegistry registry, HangUp hangUp) {
        this.registry = registry;
        this.hangUp = hangUp;
    }

    boolean isEntering() {
        return phase == Phase.ENTERING;
    }

    /** Whether requests are read. */
    boolean isServing() {
        return phase == Phase.SERVING;
    }

    boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** Lets the connection in; returns false if it has ended meanwhile. */
    boolean admit() {
        if (phase != Phase.ENTERING) {
            return false;
        }
        phase = registry.isDraining() ? Phase.DRAINING : Phase.SERVING;
        return true;
    }

    /** Reads nothing more. A connection that is still entering drains once it is {@linkplain #admit let in}. */
    void drain() {
        if (phase == Phase.SERVING) {
            phase = Phase.DRAINING;
        }
    }

    /**
     * Executes nothing more.
     *
     * @param lastWords what the client is told because it broke the protocol, possibly nothing; null if it did not
     */
    void leave(byte @Nullable [] lastWords) {
        if (phase == Phase.LEAVING) {
            return;
        }
        phase = Phase.LEAVING;
        if (lastWords != null) {
            registry.countProtocolError();
            hangUp.delay(lastWords);
        }
    }

    /** Ends a connection whose client took too long. */
    void timeOut() {
        registry.countTimedOut();
        phase = Phase.CLOSED;
        hangUp.atOnce();
    }

    /** Notes that the socket is closed, or is being closed. */
    void close() {
        phase = Phase.CLOSED;
    }

    /**
     * Ends a connection that has nothing left to read or to write, unless that is {@linkplain HangUp#delay delayed}.
     *
     * @param maySendMore whether bytes of the client may be under way
     */
    void end(boolean maySendMore) {
        if (hangUp.isDelayed()) {
            return;
        }
        if (phase == Phase.DRAINING) {
            registry.countDrained();
        }
        if (phase == Phase.LEAVING) {
            hangUp.withLastWords();
        } else if (phase == Phase.DRAINING && maySendMore) {
            hangUp.afterDrain();
        } else {
            hangUp.atOnce();
        }
        phase = Phase.CLOSED;
    }
}
