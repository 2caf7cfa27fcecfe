package redisproxy.resp;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.AccessLog;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Durations;
import redisproxy.measure.HitTimer;

/** Counts the requests of one command by their results, and records how long they took. Thread-safe; never blocks. */
final class CommandFigures {
    private final String name;
    private final ErrorFigures errors;
    private final @Nullable AccessLog accessLog;
    private final Map<CommandResult, LongAdder> results = new EnumMap<>(CommandResult.class);
    private final Durations durations = new Durations();

    /** Makes the figures of a command; {@code errors} counts the error replies of all commands. */
    CommandFigures(String name, ErrorFigures errors, @Nullable AccessLog accessLog) {
        this.accessLog = accessLog;
        this.name = name;
        this.errors = errors;
        for (CommandResult each : CommandResult.values()) {
            results.put(each, new LongAdder());
        }
    }

    /** Returns the name of the command. */
    String name() {
        return name;
    }

    /** Returns what takes each request, or null. */
    @Nullable
    AccessLog accessLog() {
        return accessLog;
    }

    /** Counts so many requests that had this result. */
    void count(CommandResult result, int requests) {
        if (requests != 0) {
            adder(result).add(requests);
        }
    }

    /**
     * Counts one request that had this result.
     *
     * @param nanos how long it took
     * @param times for how many requests that counts; 0 if another one counts for it
     * @param errorCode that of an error reply, or null
     */
    void count(CommandResult result, long nanos, int times, @Nullable String errorCode) {
        adder(result).increment();
        if (times > 0 && result != CommandResult.REFUSED) {
            durations.record(nanos, times);
        }
        if (errorCode != null) {
            errors.count(errorCode);
        }
    }

    /** Returns a timer for the requests of one connection that are answered from memory. */
    HitTimer hitTimer() {
        return new HitTimer(durations);
    }

    private LongAdder adder(CommandResult result) {
        // There is one for each.
        return requireNonNull(results.get(result));
    }

    /** Returns a snapshot, with durations or with none. */
    CommandStats stats(boolean isTimed) {
        Map<CommandResult, Long> counts = new EnumMap<>(CommandResult.class);
        results.forEach((result, count) -> counts.put(result, count.sum()));
        return new CommandStats(
                name, Collections.unmodifiableMap(counts), isTimed ? durations.stats() : DurationStats.NONE);
    }
}
