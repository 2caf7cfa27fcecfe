package redisproxy.soak;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Predicate;

/** When the proxy may refuse keys: while no server holds them, and for a moment after that. Thread-safe. */
final class Outages {
    /** How soon the proxy answers once a server holds the keys. */
    static final Duration RECOVERY = Duration.ofSeconds(1);

    /** How much later that may be on a busy machine. */
    static final Duration ROOM = Duration.ofSeconds(1);

    private final List<Outage> all = new CopyOnWriteArrayList<>();
    private final LongAccumulator latestNanos = new LongAccumulator(Math::max, 0);

    /** From now on no server holds these keys. */
    Outage begin(Predicate<String> keys) {
        Outage begun = new Outage(keys);
        all.add(begun);
        return begun;
    }

    /**
     * Returns whether a refusal that has just been read may be.
     *
     * @param askedNanos when the request was sent
     * @param stall for how long the machine has not run a thread that was ready
     */
    boolean explain(String key, long askedNanos, Duration stall) {
        long least = Long.MAX_VALUE;
        for (Outage each : all) {
            if (each.keys.test(key)) {
                least = Math.min(least, each.nanosBefore(askedNanos));
            }
        }
        if (least > RECOVERY.plus(ROOM).plus(stall).toNanos()) {
            return false;
        }
        latestNanos.accumulate(least);
        return true;
    }

    /** Returns how long after the end of an outage a request was sent that was refused. */
    Duration latest() {
        return Duration.ofNanos(latestNanos.get());
    }

    static final class Outage {
        private final Predicate<String> keys;
        private volatile boolean isOver;
        private volatile long endedNanos;

        private Outage(Predicate<String> keys) {
            this.keys = keys;
        }

        /** From that moment on a server holds the keys. */
        void end(long nanos) {
            endedNanos = nanos;
            isOver = true;
        }

        /** Returns for how long it had been over at a moment; 0 if it was not. */
        private long nanosBefore(long nanos) {
            return isOver ? Math.max(0, nanos - endedNanos) : 0;
        }
    }
}
