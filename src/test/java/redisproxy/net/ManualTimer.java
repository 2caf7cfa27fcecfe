package redisproxy.net;

import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;

/** A clock that a test moves on, and what is timed by it. */
final class ManualTimer {
    private final Queue<Timed> timed = new PriorityQueue<>();
    private final long start;
    private long passed;

    private record Timed(long at, Runnable task) implements Comparable<Timed> {
        @Override
        public int compareTo(Timed other) {
            return Long.compare(at, other.at);
        }
    }

    ManualTimer(long start) {
        this.start = start;
    }

    /** Returns a limiter by this clock. */
    TurnLimiter limiter(long gapNanos) {
        return new TurnLimiter(
                gapNanos, () -> start + passed, (nanos, task) -> timed.add(new Timed(passed + nanos, task)));
    }

    /** Lets time pass, and runs each task at its time. */
    void pass(long nanos) {
        long end = passed + nanos;
        while (!timed.isEmpty() && timed.peek().at <= end) {
            passed = Math.max(passed, timed.peek().at);
            runNext();
        }
        passed = end;
    }

    /** Lets time pass, and only then runs what should have run meanwhile. */
    void passLate(long nanos) {
        passed += nanos;
        while (!timed.isEmpty() && timed.peek().at <= passed) {
            runNext();
        }
    }

    private void runNext() {
        Objects.requireNonNull(timed.poll()).task.run();
    }
}
