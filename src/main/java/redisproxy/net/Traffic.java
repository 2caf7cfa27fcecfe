package redisproxy.net;

import java.util.concurrent.atomic.LongAdder;

/** Counts the connections of a port and their bytes. Thread-safe; no method blocks. */
final class Traffic {
    private final LongAdder opened = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder refusedHeaders = new LongAdder();

    void open() {
        opened.increment();
    }

    void receive(int bytes) {
        received.add(bytes);
    }

    void send(long bytes) {
        sent.add(bytes);
    }

    void refuseHeader() {
        refusedHeaders.increment();
    }

    PortStats stats(int open) {
        return new PortStats(open, opened.sum(), received.sum(), sent.sum(), refusedHeaders.sum());
    }
}
