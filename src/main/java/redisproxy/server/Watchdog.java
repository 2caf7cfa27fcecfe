package redisproxy.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a proxy that cannot go on: one that has lost a thread which it needs, for example to an {@link OutOfMemoryError}, or that
 * does not stop. It asks its {@linkplain Vital vitals} from time to time, on a thread of its own. Only a loss that lasts counts:
 * what is slow is not lost. Time in which the process itself did not run does not count. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private final Thread thread = new Thread(this::watch, "redis-proxy-process-watchdog");
    private final Duration interval;
    private final int most;
    private final Consumer<String> end;
    private List<Vital> vitals = List.of();

    private long stopNanos;
    private boolean isStopping;
    private boolean isClosed;

    /**
     * Makes a watchdog that does not watch yet.
     *
     * @param interval the time between two looks
     * @param most at how many looks in a row something must be lost
     * @param end ends the proxy; the text is the cause, a clause
     */
    Watchdog(Duration interval, int most, Consumer<String> end) {
        this.interval = interval;
        this.most = most;
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

    private void watch() {
        int losses = 0;
        String lost = "memory";
        while (pause()) {
            try {
                String found = look();
                losses = found == null ? 0 : losses + 1;
                lost = found == null ? lost : found;
            } catch (RuntimeException | Error e) {
                // Without memory nothing can be asked.
                losses++;
            }
            if (losses == most) {
                end.accept(lost + " has not worked for "
                        + interval.multipliedBy(most).toSeconds() + " s");
            }
        }
    }

    private @Nullable String look() {
        String lost = null;
        for (Vital vital : vitals) {
            String found = vital.lost();
            lost = lost == null ? found : lost;
        }
        return lost;
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
                    end.accept("it was to stop, and has not stopped in time");
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
