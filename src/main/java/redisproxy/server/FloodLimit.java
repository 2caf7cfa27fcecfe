package redisproxy.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import redisproxy.measure.EventLog;

/**
 * Lets a bounded number of lines of one kind pass within a minute, and counts the others. A kind is a place in the code: a level, a
 * class and a method. Lines below INFO pass, because somebody has asked for them, and so do events, which are limited where
 * they are told. Used by one thread.
 */
final class FloodLimit {
    /** More than a start or a stop logs. */
    static final int MOST_IN_PERIOD = 60;

    static final Duration PERIOD = Duration.ofMinutes(1);

    /** There are fewer places that log; those beyond share one limit. */
    private static final int MOST_KINDS = 256;

    private static final Kind OTHERS = new Kind(Level.ALL, "others", "");

    private final LongSupplier ticker;
    private final Map<Kind, Count> counts = new HashMap<>();
    private long beganNanos;

    private record Kind(Level level, String logger, String method) {
        static Kind of(LogRecord record) {
            return new Kind(
                    record.getLevel(),
                    String.valueOf(record.getLoggerName()),
                    String.valueOf(record.getSourceMethodName()));
        }
    }

    private static final class Count {
        private int passed;
        private long leftOut;
    }

    /** Makes a limit that measures time by {@code ticker}, in nanoseconds since any moment. */
    FloodLimit(LongSupplier ticker) {
        this.ticker = ticker;
        this.beganNanos = ticker.getAsLong();
    }

    /** Returns whether a line is written. {@link #summaries} is asked first. */
    boolean passes(LogRecord record) {
        boolean isLimited = record.getLevel().intValue() >= Level.INFO.intValue()
                && !EventLog.LOGGER.equals(record.getLoggerName());
        if (!isLimited) {
            return true;
        }
        Kind kind = Kind.of(record);
        Count count = counts.computeIfAbsent(
                counts.size() < MOST_KINDS || counts.containsKey(kind) ? kind : OTHERS, each -> new Count());
        if (count.passed < MOST_IN_PERIOD) {
            count.passed++;
            return true;
        }
        count.leftOut++;
        return false;
    }

    /** Returns the lines that tell what was left out, if the minute is over. */
    List<LogRecord> summaries() {
        long now = ticker.getAsLong();
        if (now - beganNanos < PERIOD.toNanos()) {
            return List.of();
        }
        List<LogRecord> all = new ArrayList<>();
        counts.forEach((kind, count) -> {
            if (count.leftOut > 0) {
                LogRecord line = new LogRecord(
                        kind.equals(OTHERS) ? Level.WARNING : kind.level(),
                        "%d further lines of this kind were left out within %d s"
                                .formatted(
                                        count.leftOut,
                                        Duration.ofNanos(now - beganNanos).toSeconds()));
                line.setLoggerName(kind.logger());
                all.add(line);
            }
        });
        counts.clear();
        beganNanos = now;
        return all;
    }
}
