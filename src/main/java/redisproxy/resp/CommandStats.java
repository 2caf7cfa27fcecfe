package redisproxy.resp;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import redisproxy.measure.DurationStats;

/**
 * The figures of one command of the RESP port since its start. An immutable snapshot that is taken while requests are executed: its
 * figures may be some requests apart. Requests count when they are answered.
 *
 * @param name in lower case; that of a subcommand begins with its container's, as in {@code client|list}; {@link #UNKNOWN} for all
 *     requests that name no command
 * @param results how many requests had each result; has all results
 * @param durations from when a request was read, or its turn came, until it was answered, the wait for Redis included. The answers of
 *     GET from memory are measured in samples, which count for those that were not measured
 */
public record CommandStats(String name, Map<CommandResult, Long> results, DurationStats durations) {
    /** The name under which requests for commands that do not exist count. */
    public static final String UNKNOWN = "unknown";

    /** Returns how many requests had that result. */
    public long count(CommandResult result) {
        return results.getOrDefault(result, 0L);
    }

    /** Returns how many requests were answered, the refused ones included. */
    public long requests() {
        return results.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns what has been counted since an earlier snapshot of the same command. */
    CommandStats since(CommandStats earlier) {
        Map<CommandResult, Long> rest = new EnumMap<>(CommandResult.class);
        results.forEach((result, count) -> rest.put(result, count - earlier.count(result)));
        return new CommandStats(name, Collections.unmodifiableMap(rest), durations.since(earlier.durations));
    }

    /** Returns how many requests were executed. */
    public long calls() {
        return requests() - rejected();
    }

    /** Returns how many requests were not executed. */
    public long rejected() {
        return count(CommandResult.REFUSED);
    }

    /** Returns how many requests were executed and answered with an error. */
    public long failed() {
        return count(CommandResult.ERROR);
    }
}
