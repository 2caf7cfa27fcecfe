package redisproxy.measure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;

/**
 * Something that can fail, and be well again: told of once when it fails, and once when it is well, with how long that took and
 * how many requests it has cost. Thread-safe; blocks no longer than the log does.
 */
public final class Outage {
    private static final long TENTHS_UP_TO_SECONDS = 60;

    private final EventLog log;
    private final String subject;
    private final LongAdder cost = new LongAdder();

    /** Which kinds have been told of the present outage. */
    @GuardedBy("this")
    private final Set<EventKind> told = EnumSet.noneOf(EventKind.class);

    /** Which could not be told yet. */
    @GuardedBy("this")
    private final Set<EventKind> leftOut = EnumSet.noneOf(EventKind.class);

    @GuardedBy("this")
    private long beganNanos;

    @GuardedBy("this")
    private long costBefore;

    private volatile boolean isUnderWay;
    private volatile boolean isTold;

    /**
     * Makes what is well at first.
     *
     * @param subject what may fail, such as the address of a server
     */
    public Outage(EventLog log, String subject) {
        this.log = log;
        this.subject = subject;
    }

    /**
     * It has failed. The first failure of each kind is told; a further kind tells that it has become worse. One that could not be
     * told, because too much has been told of its kind, is told by a later call.
     *
     * @param text one sentence without a full stop
     */
    public void begin(EventKind kind, String text) {
        begin(kind, text, /* isWorse= */ true);
    }

    /** As {@link #begin}, for a failure that matters less than others: it is told only if no other one has been. */
    public void beginMildly(EventKind kind, String text) {
        begin(kind, text, /* isWorse= */ false);
    }

    private synchronized void begin(EventKind kind, String text, boolean isWorse) {
        if (!isUnderWay) {
            beganNanos = log.nanos();
            costBefore = cost.sum();
            isUnderWay = true;
        }
        if (told.contains(kind) || (isTold && !isWorse)) {
            return;
        }
        if (log.tryTell(kind, subject, text)) {
            told.add(kind);
            isTold = true;
        } else if (leftOut.add(kind)) {
            log.leaveOut(kind);
        }
    }

    /** So many requests have failed, or were refused, for it. Those that fail while it is well count for nothing. */
    public void cost(long requests) {
        if (isUnderWay) {
            cost.add(requests);
        }
    }

    /** Returns whether it has failed and not been well since. */
    public boolean isUnderWay() {
        return isUnderWay;
    }

    /** Returns whether it has failed, has not been well since, and that has been told. */
    public boolean isTold() {
        return isTold;
    }

    /** Returns {@code lead}, how long it has lasted and how many requests have failed; an empty text if it is well. */
    public synchronized String soFar(String lead) {
        return isUnderWay ? lead + inWords(lasted()) + failed(requests()) : "";
    }

    /** It is well again, which is told if its failure was, with how many requests have failed. Does nothing if it was well. */
    public void end(EventKind kind, String text) {
        end(kind, text, Outage::failed);
    }

    /**
     * As {@link #end(EventKind, String)}.
     *
     * @param costInWords makes the end of the sentence of how many requests it has cost
     */
    public void end(EventKind kind, String text, LongFunction<String> costInWords) {
        // Successes are many.
        if (isUnderWay) {
            finish(kind, text, costInWords);
        }
    }

    private synchronized void finish(EventKind kind, String text, LongFunction<String> costInWords) {
        if (isTold) {
            Duration lasted = lasted();
            long requests = requests();
            String whole = text + ", after " + inWords(lasted) + costInWords.apply(requests);
            log.tellEnd(kind, subject, whole, lasted, requests);
        }
        isUnderWay = false;
        isTold = false;
        told.clear();
        leftOut.clear();
    }

    private static String failed(long requests) {
        return "; %s failed meanwhile"
                .formatted(requests == 0 ? "no request" : requests == 1 ? "1 request" : requests + " requests");
    }

    @GuardedBy("this")
    private Duration lasted() {
        return Duration.ofNanos(log.nanos() - beganNanos);
    }

    @GuardedBy("this")
    private long requests() {
        return cost.sum() - costBefore;
    }

    /** Returns a duration in the unit that tells it best. */
    static String inWords(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < TENTHS_UP_TO_SECONDS) {
            double exact = (double) duration.toNanos() / TimeUnit.SECONDS.toNanos(1);
            return String.format(Locale.ROOT, exact < 1 ? "%.3f s" : "%.1f s", exact);
        }
        if (duration.toHours() == 0) {
            return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
    }
}
