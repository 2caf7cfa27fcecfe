package redisproxy.resp;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import redisproxy.cache.Ticker;

/**
 * The scripts and functions that clients have sent over connections that they share, and that have no reply yet: while one takes long, Redis
 * answers over other connections that it is busy. Thread-safe; never blocks.
 */
final class RunningScripts {
    private static final Set<String> NAMES = Set.of("eval", "evalsha", "eval_ro", "evalsha_ro", "fcall", "fcall_ro");

    /** Redis executes one at a time: if none has ended for so long, one takes long. */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Ticker ticker;
    private final Shared usual = new Shared();
    private final Shared bulk = new Shared();

    /** Those of one {@linkplain redisproxy.upstream.PassedCommand#isBulk kind} of connections. */
    private final class Shared {
        private final AtomicInteger running = new AtomicInteger();

        /** When one has begun while there was none, or one has ended. */
        private volatile long progressNanos;

        void begin() {
            if (running.get() == 0) {
                progressNanos = ticker.nanos();
            }
            running.incrementAndGet();
        }

        void end() {
            progressNanos = ticker.nanos();
            running.decrementAndGet();
        }

        boolean isHeldUp() {
            return running.get() > 0 && ticker.nanos() - progressNanos >= LONG_NANOS;
        }
    }

    RunningScripts(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * Counts a request that is about to be sent, if it executes a script or a function.
     *
     * @param name of its command, in lower case
     * @return is to be run once, when Redis has replied or will not
     */
    Runnable begin(String name, boolean isBulk) {
        if (!NAMES.contains(name)) {
            return RunningScripts::endNone;
        }
        Shared shared = isBulk ? bulk : usual;
        shared.begin();
        return shared::end;
    }

    private static void endNone() {
        // It was not counted.
    }

    /** Returns whether what would leave as that kind is to leave as a bulk one: it does not if it would wait behind a script there, and only there. */
    boolean leavesAsBulk(boolean isBulk) {
        boolean isHeldUp = (isBulk ? bulk : usual).isHeldUp();
        return isBulk != (isHeldUp && !(isBulk ? usual : bulk).isHeldUp());
    }

    /** Whether one of them takes long. */
    boolean areLong() {
        return usual.isHeldUp() || bulk.isHeldUp();
    }
}
