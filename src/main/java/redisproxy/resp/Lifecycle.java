package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.net.HangUp;
import redisproxy.net.ReadableSource;

/** The phase of one connection, from its admission to its end. Belongs to the thread that works for the connection. */
final class Lifecycle {
    private final ClientRegistry registry;
    private final ReadableSource source;
    private final HangUp hangUp;
    private final Runnable wake;
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

    /**
     * Makes the life cycle of a connection that is entering.
     *
     * @param wake called when a pause before the last words is over; has the working thread call {@link #end} again
     */
    Lifecycle(ClientRegistry registry, ReadableSource source, HangUp hangUp, Runnable wake) {
        this.registry = registry;
        this.source = source;
        this.hangUp = hangUp;
        this.wake = wake;
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
        phase = Phase.SERVING;
        return true;
    }

    /** Whether the connection is to end when its client will hardly notice. */
    boolean isParting() {
        return phase == Phase.SERVING && registry.isDraining();
    }

    /** Whether it is to end even so. */
    boolean isUrged() {
        return registry.isUrged();
    }

    /** Reads nothing more. Does nothing to a connection that is still entering. */
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
            hangUp.decideLate(lastWords, wake);
        } else {
            hangUp.decide();
        }
    }

    /** Ends a connection whose client took too long. */
    void timeOut() {
        registry.countTimedOut();
        phase = Phase.CLOSED;
        source.close();
    }

    /** Notes that the socket is closed, or is being closed. */
    void close() {
        phase = Phase.CLOSED;
    }

    /**
     * Ends a connection that has nothing left to read or to write, unless the last words are {@linkplain HangUp#decideLate
     * delayed}.
     *
     * @param maySendMore whether bytes of the client may be in flight
     */
    void end(boolean maySendMore) {
        if (phase == Phase.LEAVING) {
            if (!hangUp.finish()) {
                return;
            }
        } else if (phase == Phase.DRAINING && maySendMore) {
            registry.countDrained();
            hangUp.drain(registry.drainMillis());
        } else {
            if (phase == Phase.DRAINING) {
                registry.countDrained();
            }
            source.close();
        }
        phase = Phase.CLOSED;
    }
}
