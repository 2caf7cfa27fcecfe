package redisproxy.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends a proxy that cannot go on: one that has lost a thread which it needs, for example to an {@link OutOfMemoryError}, or that
 * does not stop. It asks its {@linkplain Vital vitals} from time to time, on a thread of its own. Time with a loss adds up, and
 * time without one takes as much away. Time in which the process itself did not run counts little. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    /** So many intervals count between two looks at most: the process may have been stopped. */
    private static final int MOST_INTERVALS = 5;

    private static final int LIMIT_PARTS = 6;

    private final Thread thread = new Thread(this::watch, "redis-proxy-process-watchdog");
    private final Duration interval;
    private final Duration limit;
    private final LongSupplier clock;
    private final Consumer<String> end;
    /** Not a constant: without memory, no string constant can be read that has not been read before. */
    private final String noMemory;

    private List<Vital> vitals = List.of();

    /** What has been lost for longer than a burst of work may take, or null. */
    private volatile @Nullable String losing;

    private long stopNanos;
    private boolean isStopping;
    private boolean isClosed;

    /**
     * Makes a watchdog that does not watch yet.
     *
     * @param interval the time between two looks
     * @param limit how much time with a loss is too much
     * @param clock {@link System#nanoTime()}
     * @param end ends the proxy; the text is the cause, a clause
     */
    Watchdog(Duration interval, Duration limit, LongSupplier clock, Consumer<String> end) {
        this.interval = interval;
        this.limit = limit;
        this.noMemory = "there is no memory";
        this.clock = clock;
        this.end = end;
        thread.setDaemon(true);
    }

    /** Begins to watch. Called once. */
    void watch(List<Vital> all) {
        vitals = List.copyOf(all);
        thread.start();
    }

    /** From now on watches only that the proxy has stopped within this time. */
    synchronized void expectStopWithin(Duration limit) {
        isStopping = true;
        stopNanos = System.nanoTime() + limit.toNanos();
        notifyAll();
    }

    /** Ends the watch. */
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
    }

    /**
     * Returns what does not work, and has not for a sixth of the limit, as a noun, or null if all is well. The proxy may come
     * back from it. Any thread may ask; never blocks.
     */
    @Nullable
    String losing() {
        return losing;
    }

    private void watch() {
        long lostNanos = 0;
        long last = clock.getAsLong();
        while (pause()) {
            String lost = lookSafely();
            long now = clock.getAsLong();
            long passed = Math.min(now - last, MOST_INTERVALS * interval.toNanos());
            last = now;
            lostNanos = lost == null ? Math.max(0, lostNanos - passed) : lostNanos + passed;
            losing = lostNanos >= limit.toNanos() / LIMIT_PARTS ? lost : null;
            if (lost != null && lostNanos >= limit.toNanos()) {
                lostNanos = 0;
                end(lost);
            }
        }
    }

    /** Without memory nothing can be asked, and a look that fails is a loss. Allocates nothing then. */
    private @Nullable String lookSafely() {
        try {
            return look();
        } catch (RuntimeException | Error e) {
            return noMemory;
        }
    }

    private void end(String lost) {
        String why;
        try {
            why = lost + " has been lost for " + limit.toSeconds() + " s";
        } catch (RuntimeException | Error e) {
            why = noMemory;
        }
        endSafely(why);
    }

    /** If it fails, it is tried again once as much time has been lost. */
    private void endSafely(String why) {
        try {
            end.accept(why);
        } catch (RuntimeException | Error e) {
            // What it needs may be what is lost.
        }
    }

    private @Nullable String look() {
        String first = null;
        for (Vital vital : vitals) {
            String lost = vital.lost();
            first = first == null ? lost : first;
        }
        return first;
    }

    /** Returns whether to look again. */
    private synchronized boolean pause() {
        try {
            if (!isStopping && !isClosed) {
                TimeUnit.NANOSECONDS.timedWait(this, interval.toNanos());
            }
            while (isStopping && !isClosed) {
                long left = stopNanos - System.nanoTime();
                if (left <= 0) {
                    endSafely("it was to stop, and has not stopped in time");
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return !isClosed;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
