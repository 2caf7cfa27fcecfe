package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.PassedCommand;

/**
 * What one connection has passed on to Redis and has no reply to yet, and how many of its replies wait for loads: by these the
 * connection keeps the order of its requests. Belongs to the thread that works for the connection; what ends may end on any thread.
 */
final class Passes {
    /*
     * Commands that are passed on leave by the connection's lane, and reach Redis in their order. Loads leave by other ways. So
     * - a command is passed on when no reply waits for a load that was asked for before it, and
     * - while one has no reply, what is not cached is not loaded, but passed on behind it.
     * Keys that a command writes are not cached while it has no reply, so that what is cached does not go by either.
     */

    /** As many replies are queued at most, of a client that wants them. */
    private static final int MAX_UNHEARD = 512;

    private static final long MAX_UNHEARD_BYTES = 1024 * 1024;

    private final List<PassedCommand> ready = new ArrayList<>();

    /** Null if nothing can be passed on. */
    private @Nullable Departures departures;

    /** After a large command, so many small ones go its way. */
    private static final int BULKY_FOR = 100;

    private final AtomicInteger bulkiness = new AtomicInteger();

    /** The way of the commands that have no reply yet: only when all have one may others go another way without overtaking them. */
    private boolean isBulk;

    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicInteger unheard = new AtomicInteger();
    private final AtomicLong unheardBytes = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();

    /** Returns what counts the replies that wait for loads. */
    AtomicInteger loads() {
        return loads;
    }

    /** Returns whether the next command may be passed on; if not, the end of a load or of another command resumes the connection. */
    boolean mayPass(boolean isHeard) {
        return loads.get() == 0 && (isHeard || (unheard.get() < MAX_UNHEARD && unheardBytes.get() < MAX_UNHEARD_BYTES));
    }

    /** Returns whether a command that was passed on has no reply yet. */
    boolean isAwaiting() {
        return unanswered.get() > 0;
    }

    /**
     * Counts a command that is about to be passed on.
     *
     * @param isHeard whether its reply is sent, and so queued
     * @param scripts what it should not wait behind
     */
    void begin(boolean isHeard, int bytes, RunningScripts scripts) {
        if (unanswered.getAndIncrement() == 0) {
            isBulk = scripts.leavesAsBulk(bytes >= PassedCommand.BULK_BYTES || bulkiness.get() > 0);
        }
        if (!isHeard) {
            unheard.incrementAndGet();
            unheardBytes.addAndGet(bytes);
        }
    }

    /** Ends what {@link #begin} has begun. On any thread. */
    void end(boolean isHeard, int bytes) {
        if (!isHeard) {
            unheardBytes.addAndGet(-bytes);
            unheard.decrementAndGet();
        }
        unanswered.decrementAndGet();
    }

    /** Returns whether the command that has begun last goes the way of those that may be large. */
    boolean isBulk() {
        return isBulk;
    }

    /** Notes how large a request and its reply were together. On any thread. */
    void note(long bytes) {
        if (bytes >= PassedCommand.BULK_BYTES) {
            bulkiness.set(BULKY_FOR);
        } else if (bulkiness.get() > 0) {
            bulkiness.decrementAndGet();
        }
    }

    /** Has a command passed on together with those behind it. */
    void add(PassedCommand command) {
        ready.add(command);
    }

    /** Has what is sent from now on leave by these. */
    void leaveBy(@Nullable Departures all) {
        departures = all;
    }

    /** Passes on what has been added, together with what others do in the same round. */
    void send() {
        if (!ready.isEmpty() && departures != null) {
            departures.add(ready);
            ready.clear();
        }
    }

    /** Passes on at once what has been added. */
    void sendNow() {
        send();
        if (departures != null) {
            departures.leave();
        }
    }
}
