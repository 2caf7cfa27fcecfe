package redisproxy.measure;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Times one batch of {@value #ONE_OF} on behalf of all, for answers that cost too little to be timed each. Not thread-safe: each
 * connection has its own, and the durations may be shared.
 */
public final class HitTimer {
    public static final int ONE_OF = 64;

    private final Durations durations;

    /** Begins anywhere, so that short connections are measured as often as long ones. */
    private int untilTimed = ThreadLocalRandom.current().nextInt(ONE_OF);

    /** Makes a timer that records into these durations. */
    public HitTimer(Durations durations) {
        this.durations = durations;
    }

    /** Returns whether the next batch is timed. */
    public boolean isNextTimed() {
        return untilTimed == 0;
    }

    /**
     * Ends a batch; one without answers does not count.
     *
     * @param answers how many answers it had
     * @param begunNanos when it began, by {@link System#nanoTime()}; need not be known unless {@link #isNextTimed}
     */
    public void end(int answers, long begunNanos) {
        if (answers > 0 && untilTimed-- == 0) {
            untilTimed = ONE_OF - 1;
            durations.record(System.nanoTime() - begunNanos, (long) answers * ONE_OF);
        }
    }
}
