package redisproxy.measure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells of events: each is one line of the log and one of {@link #events}, by the same call. Of each kind, a bounded number is
 * told within a minute; an event of its own then tells how many were left out. Thread-safe; blocks no longer than the log does.
 */
public final class EventLog {
    /** The logger of all lines. */
    public static final String LOGGER = "redisproxy.events";

    /** A Cluster whose nodes fail together is told of whole; what comes and goes is not worth a line each time. */
    public static final int MOST_IN_PERIOD = 20;

    public static final Duration PERIOD = Duration.ofMinutes(1);

    /** Some days of a quiet proxy; less than 100 KB. */
    private static final int KEPT = 256;

    /** What a server has said may be part of a text, and must not end the line. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]+");

    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Consumer<Event> lines;
    private final Events events = new Events(KEPT);

    @GuardedBy("this")
    private final Map<EventKind, Period> periods = new EnumMap<>(EventKind.class);

    private static final class Period {
        private final long beganNanos;
        private int told;
        private long leftOut;

        Period(long beganNanos) {
            this.beganNanos = beganNanos;
        }
    }

    /** Makes a log whose lines go to the logger {@link #LOGGER}. */
    public EventLog() {
        this(EventLog::write);
    }

    /**
     * Makes a log.
     *
     * @param lines writes the line of an event; called by the thread that tells it
     */
    public EventLog(Consumer<Event> lines) {
        this(lines, InstantSource.system(), System::nanoTime);
    }

    /**
     * As above, with clocks.
     *
     * @param clock tells when an event is told
     * @param ticker tells how long something has lasted; nanoseconds since any moment
     */
    public EventLog(Consumer<Event> lines, InstantSource clock, LongSupplier ticker) {
        this.lines = lines;
        this.clock = clock;
        this.ticker = ticker;
    }

    private static void write(Event event) {
        System.Logger logger = System.getLogger(LOGGER);
        logger.log(
                event.severity() == EventKind.Severity.WARN ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                event.text());
    }

    /** Returns what has been told. */
    public Events events() {
        return events;
    }

    /** Returns the time by which durations are measured, in nanoseconds since any moment. */
    public long nanos() {
        return ticker.getAsLong();
    }

    /**
     * Tells of an event that has no end, unless there have been too many of its kind: then it is counted among those left out.
     *
     * @param subject what it is about
     * @param text one sentence without a full stop; control characters in it are told as spaces
     */
    public void tell(EventKind kind, String subject, String text) {
        if (!tryTell(kind, subject, text)) {
            leaveOut(kind);
        }
    }

    /** Tells of an event, unless there have been too many of its kind: then returns false, and does not count it. */
    boolean tryTell(EventKind kind, String subject, String text) {
        if (!mayTell(kind)) {
            return false;
        }
        record(kind, subject, text, null, 0);
        return true;
    }

    /** Tells of the end of what has been told. There are no more of these than of beginnings. */
    void tellEnd(EventKind kind, String subject, String text, Duration lasted, long requests) {
        record(kind, subject, text, lasted, requests);
    }

    private void record(EventKind kind, String subject, String text, @Nullable Duration lasted, long requests) {
        String line = CONTROL.matcher(text).replaceAll(" ");
        lines.accept(events.add(number -> new Event(number, clock.instant(), kind, subject, line, lasted, requests)));
    }

    private boolean mayTell(EventKind kind) {
        String summary;
        boolean may;
        synchronized (this) {
            summary = endPeriod(kind);
            Period present = periods.computeIfAbsent(kind, each -> new Period(nanos()));
            may = present.told < MOST_IN_PERIOD;
            if (may) {
                present.told++;
            }
        }
        tellLeftOut(kind, summary);
        return may;
    }

    /** Counts an event that is not told. */
    synchronized void leaveOut(EventKind kind) {
        Period present = periods.get(kind);
        if (present != null) {
            present.leftOut++;
        }
    }

    /** Forgets a period that is over. Returns what is to be told of it, or null. */
    @GuardedBy("this")
    private @Nullable String endPeriod(EventKind kind) {
        Period present = periods.get(kind);
        if (present == null || nanos() - present.beganNanos < PERIOD.toNanos()) {
            return null;
        }
        periods.remove(kind);
        return present.leftOut == 0
                ? null
                : "%d events of the kind %s were left out within %d s"
                        .formatted(
                                present.leftOut,
                                kind.label(),
                                TimeUnit.NANOSECONDS.toSeconds(nanos() - present.beganNanos));
    }

    private void tellLeftOut(EventKind kind, @Nullable String summary) {
        if (summary != null) {
            record(EventKind.LEFT_OUT, kind.label(), summary, null, 0);
        }
    }

    /** Tells what was left out in periods that are over. To be called about once per second. */
    public void look() {
        for (EventKind kind : EventKind.values()) {
            String summary;
            synchronized (this) {
                summary = endPeriod(kind);
            }
            tellLeftOut(kind, summary);
        }
    }
}
