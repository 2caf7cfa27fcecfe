package redisproxy.net;

import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.ManagedSelector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that connections have left when they give way to others. One piece of it runs each time that the selector has been asked
 * what else is ready, in the order in which it was added. So a new request waits for one piece, however many connections have
 * work left. Thread-safe; the pieces run on the selector's thread.
 */
final class Turns implements ManagedSelector.SelectorUpdate {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final ManagedSelector selector;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isDue = new AtomicBoolean();

    Turns(ManagedSelector selector) {
        this.selector = selector;
    }

    /** Has a piece of work run after others. */
    void add(Runnable piece) {
        waiting.add(piece);
        makeDue();
    }

    private void makeDue() {
        if (isDue.compareAndSet(false, true)) {
            selector.submit(this);
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // it is for the latency of others, and right without it
    public void update(Selector ignored) {
        isDue.set(false);
        Runnable piece = waiting.poll();
        if (piece == null) {
            return;
        }
        try {
            piece.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A connection could not go on", e);
        }
        if (!waiting.isEmpty()) {
            makeDue();
        }
        // With few processors, loader threads and those of the other port may be waiting for this one.
        Thread.yield();
    }
}
