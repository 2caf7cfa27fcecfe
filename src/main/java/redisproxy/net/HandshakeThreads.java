package redisproxy.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of TLS handshakes, which take milliseconds of a processor, on a bounded number of an executor's threads and in the order in which
 * they came. However many clients connect at once, the threads of connections that are open get their time. Thread-safe; no caller
 * waits.
 */
final class HandshakeThreads implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(HandshakeThreads.class);

    private final Executor executor;
    private final int mostThreads;
    /** At most one step of each open connection. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private final AtomicInteger threads = new AtomicInteger();

    HandshakeThreads(Executor executor, int mostThreads) {
        this.executor = executor;
        this.mostThreads = mostThreads;
    }

    @Override
    public void execute(Runnable step) {
        waiting.add(step);
        startThread();
    }

    private void startThread() {
        int before = threads.getAndUpdate(running -> running < mostThreads ? running + 1 : running);
        if (before < mostThreads) {
            try {
                executor.execute(this::run);
            } catch (RuntimeException e) {
                // The proxy is stopping, and closes all connections.
                threads.decrementAndGet();
                LOG.debug("No thread for a handshake", e);
            }
        }
    }

    private void run() {
        try {
            for (Runnable step = waiting.poll(); step != null; step = waiting.poll()) {
                runOne(step);
            }
        } finally {
            threads.decrementAndGet();
        }
        // One that came when this thread had looked and was still counted.
        if (!waiting.isEmpty()) {
            startThread();
        }
    }

    private static void runOne(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.error("A TLS handshake could not go on", e);
        }
    }
}
