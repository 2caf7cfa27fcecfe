package redisproxy.jetty;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many threads of the pool read heads that have not arrived as a whole, in the order in which more of them has come. However
 * many clients send such heads, the requests of others find a thread. Thread-safe; no caller waits.
 */
final class HeadReads {
    private static final Logger LOG = LoggerFactory.getLogger(HeadReads.class);

    /** On one processor. Each gives way to others between reads. */
    private static final int MOST_PER_PROCESSOR = 4;

    /** One thread of so many of a pool: the others answer requests. */
    private static final int ONE_OF = 4;

    private final int mostThreads;

    @GuardedBy("this")
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    @GuardedBy("this")
    private int threads;

    /** Makes the bound; more than {@code mostThreads} do not read at one time. */
    HeadReads(int mostThreads) {
        this.mostThreads = mostThreads;
    }

    /** Makes the bound for a machine with so many processors and a pool, of which at most a quarter reads. */
    static HeadReads of(int processors, ThreadPool pool) {
        int most = MOST_PER_PROCESSOR * processors;
        return new HeadReads(
                pool instanceof ThreadPool.SizedThreadPool sized
                        ? Math.max(1, Math.min(most, sized.getMaxThreads() / ONE_OF))
                        : most);
    }

    int mostThreads() {
        return mostThreads;
    }

    /** Runs {@code read} on this thread, and then others that wait; or has another of these threads run it. */
    void run(Runnable read) {
        synchronized (this) {
            if (threads == mostThreads) {
                waiting.add(read);
                return;
            }
            threads++;
        }
        for (Runnable next = read; next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A head could not be read", e);
            }
        }
    }

    /** Forgets the read of a connection that has been closed, and with it what is held of its head. */
    synchronized void forget(Runnable read) {
        waiting.remove(read);
    }

    private synchronized @Nullable Runnable next() {
        Iterator<Runnable> reads = waiting.iterator();
        if (!reads.hasNext()) {
            threads--;
            return null;
        }
        Runnable next = reads.next();
        reads.remove();
        return next;
    }
}
