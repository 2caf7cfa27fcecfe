package redisproxy.resp;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import redisproxy.near.NearStats;
import redisproxy.upstream.PinStats;

/** The open connections of the port, their number bounded, and the figures of all its connections. Thread-safe. */
final class ClientRegistry {
    private volatile int maxConnections;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentMap<Session, Control> connections = new ConcurrentHashMap<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder protocolErrors = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder killed = new LongAdder();
    private final LongAdder drained = new LongAdder();
    private volatile boolean draining;
    private volatile boolean urged;
    private volatile long drainMillis;

    /** What any thread may have a connection do. Thread-safe; no method blocks. */
    interface Control {
        /** Closes if its client will hardly notice, or has to go; answers what has been read before that. */
        void drain();

        /** Closes at once. */
        void kill();

        /** Closes if the client takes too long; {@code now} is {@link System#nanoTime()}. */
        void sweep(long now);
    }

    ClientRegistry(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    /** Registers a connection; returns false if too many are open. */
    boolean register(Session session, Control control) {
        int most = maxConnections;
        int before = open.getAndUpdate(count -> count < most ? count + 1 : count);
        if (before >= most) {
            return false;
        }
        accepted.increment();
        connections.put(session, control);
        return true;
    }

    /** Removes a connection, if it is registered. */
    void unregister(Session session) {
        if (connections.remove(session) != null) {
            open.decrementAndGet();
        }
    }

    /**
     * Drains all connections, those that register later included.
     *
     * @param limitMillis how long that may take
     */
    void drain(long limitMillis) {
        drainMillis = limitMillis;
        draining = true;
        drainAll();
    }

    /** Has each connection see whether it may end. */
    void drainAll() {
        connections.values().forEach(Control::drain);
    }

    /** Has all connections end as soon as what has been read is answered. */
    void urge() {
        urged = true;
    }

    boolean isUrged() {
        return urged;
    }

    /** Returns how long draining may take. */
    long drainMillis() {
        return drainMillis;
    }

    boolean isDraining() {
        return draining;
    }

    /** Closes a connection at once, if it is still open. */
    void kill(Session session) {
        Control control = connections.get(session);
        if (control != null) {
            control.kill();
        }
    }

    /** Has every connection check whether its client takes too long. */
    void sweep() {
        long now = System.nanoTime();
        connections.values().forEach(control -> control.sweep(now));
    }

    Collection<Session> sessions() {
        return connections.keySet();
    }

    /** Returns the open connection with this id, or null. */
    @Nullable
    Session find(long id) {
        for (Session session : connections.keySet()) {
            if (session.id == id) {
                return session;
            }
        }
        return null;
    }

    int maxConnections() {
        return maxConnections;
    }

    /** Lets so many connections in from now on. Those that are open stay. */
    void limit(int most) {
        maxConnections = most;
    }

    void countRejected() {
        rejected.increment();
    }

    /** Returns how many connections were closed because too many were open. */
    long rejected() {
        return rejected.sum();
    }

    void countProtocolError() {
        protocolErrors.increment();
    }

    void countTimedOut() {
        timedOut.increment();
    }

    void countKilled() {
        killed.increment();
    }

    void countDrained() {
        drained.increment();
    }

    /** Returns a snapshot, with these figures of commands and of what clients have of their own. */
    RespStats stats(List<CommandStats> commands, NearStats near, PinStats pins) {
        return new RespStats(
                open.get(),
                accepted.sum(),
                rejected.sum(),
                commands,
                protocolErrors.sum(),
                timedOut.sum(),
                killed.sum(),
                drained.sum(),
                near,
                pins);
    }
}
