package redisproxy.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives turns, one after the other, to clients that ask for much. Together they take a bounded share of the processors' time,
 * however many they are. A client that leaves gives its turns to those behind it. Thread-safe; no caller waits.
 */
public final class TurnLimiter {
    private static final Logger LOG = LoggerFactory.getLogger(TurnLimiter.class);

    private final LongSupplier nanoTime;
    private final Timer timer;
    private final long gapNanos;

    @GuardedBy("this")
    private final Set<Turn> waiting = new LinkedHashSet<>();

    @GuardedBy("this")
    private long nextTurn;

    @GuardedBy("this")
    private boolean isTimed;

    /** Runs a task once, after some time, on another thread than the caller's. */
    @FunctionalInterface
    public interface Timer {
        /** Has {@code task} run in {@code nanos} nanoseconds. */
        void runIn(long nanos, Runnable task);
    }

    /** A client's wait for turns that follow each other. */
    static final class Turn {
        private final int turns;
        private final Runnable begin;

        private Turn(int turns, Runnable begin) {
            this.turns = turns;
            this.begin = begin;
        }
    }

    /** Makes a limiter that gives a turn every {@code gapNanos}, on the threads of {@code scheduler}. */
    public TurnLimiter(long gapNanos, Scheduler scheduler) {
        this(gapNanos, System::nanoTime, (nanos, task) -> scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS));
    }

    /** Makes a limiter that gives a turn every {@code gapNanos}, by a clock such as {@link System#nanoTime}. */
    public TurnLimiter(long gapNanos, LongSupplier nanoTime, Timer timer) {
        this.nanoTime = nanoTime;
        this.timer = timer;
        this.gapNanos = gapNanos;
        this.nextTurn = nanoTime.getAsLong();
    }

    /**
     * Takes turns that follow each other. Returns null if the first one begins now; otherwise {@code begin} is called when it does,
     * unless {@link #forget} comes first.
     */
    @Nullable
    Turn take(int turns, Runnable begin) {
        Turn turn;
        long wait;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            wait = nextTurn - now;
            if (waiting.isEmpty() && wait <= 0) {
                nextTurn = now + turns * gapNanos;
                return null;
            }
            turn = new Turn(turns, begin);
            waiting.add(turn);
            if (isTimed) {
                return turn;
            }
            isTimed = true;
        }
        timer.runIn(wait, this::give);
        return turn;
    }

    /** Gives up turns that have not begun. */
    synchronized void forget(Turn turn) {
        waiting.remove(turn);
    }

    private void give() {
        List<Turn> given = new ArrayList<>();
        long wait;
        boolean isLast;
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Iterator<Turn> turns = waiting.iterator();
            while (turns.hasNext() && nextTurn - now <= 0) {
                Turn turn = turns.next();
                turns.remove();
                nextTurn += turn.turns * gapNanos;
                given.add(turn);
            }
            wait = nextTurn - now;
            isLast = waiting.isEmpty();
            isTimed = !isLast;
        }
        if (!isLast) {
            timer.runIn(wait, this::give);
        }
        given.forEach(TurnLimiter::begin);
    }

    private static void begin(Turn turn) {
        try {
            turn.begin.run();
        } catch (RuntimeException e) {
            LOG.error("A client could not be read when its turn came", e);
        }
    }
}
