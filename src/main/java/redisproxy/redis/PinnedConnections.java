package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.BackingStoreException;
import redisproxy.upstream.PinListener;
import redisproxy.upstream.PinStats;
import redisproxy.upstream.PinnedConnection;
import redisproxy.upstream.Pinning;

/**
 * The connections that clients have to themselves: never more in use than configured. One that is given back waits for the next client that
 * asks for the same, and takes no place meanwhile. Thread-safe; no method blocks but {@link #close}.
 */
final class PinnedConnections implements Pinning, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedConnections.class);

    /** Firewalls forget idle connections after some minutes. */
    static final Duration LONGEST_IDLE = Duration.ofSeconds(30);

    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final Duration THREAD_KEPT = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

    private final int most;
    private final LoadTimeout limit;
    private final PinTargets targets;
    private final long longestIdleNanos;

    /** A thread reads from each connection, and another one writes while there is something to write. */
    private final ThreadPoolExecutor threads;

    private final ScheduledThreadPoolExecutor timer;

    @GuardedBy("this")
    private final Set<PinnedLine> used = new HashSet<>();

    private static final int LOOKS_PER_TIMEOUT = 4;

    /** The idle ones, the latest first, and since when they are. */
    @GuardedBy("this")
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isSweeping;

    @GuardedBy("this")
    private boolean isClosed;

    @GuardedBy("this")
    private long opened;

    @GuardedBy("this")
    private long refused;

    private record Idle(PinnedLine line, long sinceNanos) {}

    /**
     * Makes connections to the servers that {@code targets} names.
     *
     * @param most how many may be in use at one time
     * @param limit how long opening one may take
     */
    PinnedConnections(int most, LoadTimeout limit, PinTargets targets) {
        this(most, limit, targets, LONGEST_IDLE);
    }

    PinnedConnections(int most, LoadTimeout limit, PinTargets targets, Duration longestIdle) {
        this.most = most;
        this.limit = limit;
        this.targets = targets;
        this.longestIdleNanos = longestIdle.toNanos();
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_KEPT.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                PinnedConnections::thread);
        this.timer = new ScheduledThreadPoolExecutor(1, PinnedConnections::thread);
        timer.setKeepAliveTime(THREAD_KEPT.toSeconds(), TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "redis-proxy-pin");
        thread.setDaemon(true);
        return thread;
    }

    /* --------------- Clients --------------- */

    @Override
    public @Nullable PinnedConnection pin(byte @Nullable [] key, boolean resp3, int database, PinListener listener) {
        PinnedLine.Kind kind = kind(key, resp3, database);
        while (true) {
            PinnedLine found = kind == null ? null : takeIdle(kind);
            if (found == null) {
                return open(key, resp3, database, listener);
            }
            PinnedConnection reused = found.reuse(listener);
            if (reused != null) {
                return reused;
            }
        }
    }

    /** Returns null if it is not known which server it leads to; opening one finds out, or tells why not. */
    private PinnedLine.@Nullable Kind kind(byte @Nullable [] key, boolean resp3, int database) {
        try {
            NodeConfig server = targets.pinTarget(key);
            return server == null ? null : new PinnedLine.Kind(server.address(), resp3, database);
        } catch (BackingStoreException e) {
            LOG.debug("No server for a client", e);
            return null;
        }
    }

    private @Nullable PinnedConnection open(byte @Nullable [] key, boolean resp3, int database, PinListener listener) {
        PinnedLine line = new PinnedLine(this, key, resp3, database, listener);
        PinnedLine surplus = null;
        synchronized (this) {
            if (isClosed || used.size() >= most) {
                refused++;
                return null;
            }
            used.add(line);
            opened++;
            sweepLater();
            if (used.size() + idle.size() > most) {
                surplus = idle.removeLast().line;
            }
        }
        if (surplus != null) {
            surplus.end();
        }
        try {
            threads.execute(line.reader());
        } catch (RuntimeException | Error e) {
            // No thread can be made.
            ended(line);
            line.first().close();
            listener.ended("ERR no thread for a connection to Redis: " + Failures.oneLine(e));
        }
        return line.first();
    }

    /** Takes the latest idle one of a kind into use, since it is the least likely to have been forgotten. */
    private @Nullable PinnedLine takeIdle(PinnedLine.Kind kind) {
        List<PinnedLine> candidates = new ArrayList<>();
        synchronized (this) {
            if (used.size() >= most) {
                return null;
            }
            idle.forEach(each -> candidates.add(each.line));
        }
        for (PinnedLine each : candidates) {
            if (each.isOf(kind) && take(each)) {
                return each;
            }
        }
        return null;
    }

    private synchronized boolean take(PinnedLine line) {
        if (used.size() >= most || !idle.removeIf(each -> each.line == line)) {
            return false;
        }
        used.add(line);
        sweepLater();
        return true;
    }

    /* --------------- Lines --------------- */

    PinTargets targets() {
        return targets;
    }

    /** Returns how long opening one may take at present. */
    Duration timeout() {
        return limit.get();
    }

    /** Runs a task that may block on a thread that does nothing else meanwhile. */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /** Closes the socket of a connection at once. */
    void abort(PinnedLink link) {
        // What the client has left ends before Redis hears of anything that comes later.
        link.hangUp();
        try {
            // TLS might have to wait for a thread that writes.
            threads.execute(link::abort);
        } catch (RuntimeException | Error e) {
            LOG.debug("A connection is closed without a thread of its own", e);
            link.abort();
        }
    }

    /** No client has it any more, and nothing is on its way. */
    synchronized void idle(PinnedLine line) {
        if (isClosed || !used.remove(line)) {
            return;
        }
        idle.addFirst(new Idle(line, System.nanoTime()));
        sweepLater();
    }

    /** It has ended. */
    synchronized void ended(PinnedLine line) {
        if (!used.remove(line)) {
            idle.removeIf(each -> each.line == line);
        }
    }

    @GuardedBy("this")
    private void sweepLater() {
        if (isSweeping || isClosed || (idle.isEmpty() && used.isEmpty())) {
            return;
        }
        long nanos = Math.min(SWEEP.toNanos(), longestIdleNanos);
        if (!used.isEmpty()) {
            nanos = Math.min(nanos, timeout().toNanos() / LOOKS_PER_TIMEOUT);
        }
        isSweeping = true;
        var unused = timer.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        List<PinnedLine> old = new ArrayList<>();
        List<PinnedLine> present = new ArrayList<>();
        synchronized (this) {
            long now = System.nanoTime();
            for (Iterator<Idle> each = idle.iterator(); each.hasNext(); ) {
                Idle next = each.next();
                if (now - next.sinceNanos >= longestIdleNanos) {
                    old.add(next.line);
                    each.remove();
                }
            }
            present.addAll(used);
            isSweeping = false;
            sweepLater();
        }
        old.forEach(PinnedLine::end);
        present.forEach(line -> line.endIfOverdue(timeout()));
    }

    /* --------------- Figures --------------- */

    @Override
    public synchronized PinStats pinned() {
        return new PinStats(used.size(), idle.size(), most, opened, refused);
    }

    /** Ends all of them, and tells the clients. Blocks for two seconds at most. */
    @Override
    public void close() {
        List<PinnedLine> all = new ArrayList<>();
        synchronized (this) {
            isClosed = true;
            all.addAll(used);
            idle.forEach(each -> all.add(each.line));
        }
        all.forEach(PinnedLine::end);
        timer.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("Threads of connections for one client are still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
