package redisproxy.admin.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the page shows, at one moment. Its components are the names in JSON, which {@code openapi.json} describes.
 * Immutable.
 */
record State(
        long time,
        String run,
        String version,
        String javaVersion,
        double uptimeSeconds,
        String phase,
        Allowance changes,
        Ports ports,
        Cache cache,
        Spared spared,
        Redis redis,
        CoherenceState coherence,
        @Nullable HotKeys hotKeys,
        @Nullable List<Prefix> prefixes,
        Log log,
        Memory memory,
        @Nullable Certificate certificate) {

    /** Whether changes are allowed, and if not, why. */
    record Allowance(boolean allowed, @Nullable String reason) {}

    record Ports(Port http, Port resp) {}

    /** The figures of a port since the start, and what happens now. Null is what is not known. */
    record Port(
            long requests,
            long hits,
            long misses,
            long errors,
            double perSecond,
            @Nullable Double recentHitRatio,
            @Nullable Integer connections,
            @Nullable Long receivedBytes,
            @Nullable Long sentBytes,
            @Nullable Latency latency) {}

    /** Durations of the last ten to twenty seconds, in microseconds. */
    record Latency(double meanMicros, double p50Micros, double p90Micros, double p99Micros, double maxMicros) {}

    record Cache(
            int entries,
            int maxEntries,
            long bytes,
            long maxBytes,
            int absentEntries,
            int maxAbsentEntries,
            long hits,
            long misses,
            long loads,
            long loadFailures,
            long evictions,
            long expirations,
            long invalidations,
            long flushes,
            long staleServed,
            @Nullable Double recentHitRatio) {}

    /** What answers from memory have spared since the start: commands, and the time that as many loads would have taken. */
    record Spared(long commands, double perSecond, @Nullable Double seconds) {}

    record Redis(
            String topology,
            boolean encrypted,
            boolean up,
            String circuit,
            double loadsPerSecond,
            @Nullable Latency latency,
            @Nullable Watchers watchers,
            List<Node> nodes) {}

    record Watchers(int known, int telling, long switches) {}

    record Node(
            String address,
            String role,
            int slots,
            boolean read,
            String circuit,
            String tracking,
            int linksOpen,
            int linksInUse,
            int queued,
            long longestWaitMillis,
            long requests,
            long linksBroken,
            Errors errors) {}

    record Errors(long unreachable, long timedOut, long refused, long errorReplies) {}

    record CoherenceState(
            String state, @Nullable Long heartbeatMicros, long confirmations, long losses, long messages) {}

    record HotKeys(double overSeconds, List<HotKey> keys) {}

    /** A key that is read much; {@code accesses} is an estimate that is wrong by {@code error} at most, mostly. */
    record HotKey(String key, String key64, boolean whole, long accesses, long error, double share) {}

    record Prefix(String prefix, String prefix64, long accesses, long hits, long error) {}

    record Log(String level, long droppedLines) {}

    /** The certificate that ports with TLS show; {@code notAfter} is in milliseconds of Unix time. */
    record Certificate(String subject, long notAfter) {}

    record Memory(long heapUsed, long heapMax, long clientBytes, long clientMaxBytes) {}
}
