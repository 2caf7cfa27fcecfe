package redisproxy.resp;

import redisproxy.net.ReadableSource;

/** What other threads have one connection do. Thread-safe; no method blocks. */
final class ConnectionControl implements ClientRegistry.Control {
    private final ReadableSource source;
    private final ConnectionEvents events;
    private final Pace pace;

    ConnectionControl(ReadableSource source, ConnectionEvents events, Pace pace) {
        this.source = source;
        this.events = events;
        this.pace = pace;
    }

    @Override
    public void drain() {
        events.mark(ConnectionEvents.DRAIN);
    }

    @Override
    public void kill() {
        source.close();
    }

    @Override
    public void sweep(long now) {
        if (pace.mayBeOverdue(now) || source.isStalled(now, 0)) {
            events.mark(ConnectionEvents.SWEPT);
        }
    }

    /** Has the connection served others first: its turn comes after them. */
    void giveWay() {
        source.round().afterOthers(this::takeTurn);
    }

    private void takeTurn() {
        events.mark(ConnectionEvents.TURN);
    }
}
