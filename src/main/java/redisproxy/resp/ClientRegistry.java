package redisproxy.resp;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The open connections, at most so many. Thread-safe. */
final class ClientRegistry {
    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong lastId = new AtomicLong();
    private final ConcurrentMap<Session, Control> connections = new ConcurrentHashMap<>();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder commands = new LongAdder();
    private volatile boolean draining;
    private volatile long drainMillis;

    /** What can be done to a connection from elsewhere. Thread-safe. */
    interface Control {
        /** Has it answer what it has read, and close. */
        void drain();

        /** Closes it at once. */
        void kill();

        /** Closes it if its client takes too long. */
        void sweep(long now);
    }

    ClientRegistry(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    long nextId() {
        return lastId.incrementAndGet();
    }

    /**
     * Takes the connection in; returns false if there are too many.
     *
     * @param control of the connection
     */
    boolean register(Session session, Control control) {
        int before = open.getAndUpdate(count -> count < maxConnections ? count + 1 : count);
        if (before >= maxConnections) {
            return false;
        }
        connections.put(session, control);
        return true;
    }

    void countRejected() {
        rejected.increment();
    }

    /** Has all connections, also those that are just being opened, answer what they have read and close. */
    void drain(long limitMillis) {
        drainMillis = limitMillis;
        draining = true;
        connections.values().forEach(Control::drain);
    }

    /** How long draining may take. */
    long drainMillis() {
        return drainMillis;
    }

    boolean isDraining() {
        return draining;
    }

    void unregister(Session session) {
        if (connections.remove(session) != null) {
            open.decrementAndGet();
        }
    }

    /** Closes a connection at once, if it is open still. */
    void kill(Session session) {
        Control control = connections.get(session);
        if (control != null) {
            control.kill();
        }
    }

    /** Has the connections look whether their clients take too long. */
    void sweep() {
        long now = System.nanoTime();
        connections.values().forEach(control -> control.sweep(now));
    }

    void countCommands(long executed) {
        commands.add(executed);
    }

    Collection<Session> sessions() {
        return connections.keySet();
    }

    int maxConnections() {
        return maxConnections;
    }

    int openCount() {
        return open.get();
    }

    long acceptedCount() {
        return lastId.get();
    }

    long rejectedCount() {
        return rejected.sum();
    }

    long commandCount() {
        return commands.sum();
    }
}
