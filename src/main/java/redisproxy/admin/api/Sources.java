package redisproxy.admin.api;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.HttpStats;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Events;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.resp.RespStats;
import redisproxy.tls.CertificateInfo;

/**
 * Where the API takes its figures from. Its suppliers return snapshots, and must not block.
 *
 * @param version the version of the proxy
 * @param phase {@code starting}, {@code serving} or {@code stopping}
 * @param cache the cache, with the figures of the store
 * @param servers returns the server that a key is read from at present, or null if it may be any of several
 * @param http the figures of HTTP
 * @param resp the figures of the RESP port, with durations of {@link #TIMED} at least
 * @param ports the connections of each port by its name; of those alone that the proxy serves itself
 * @param httpDurations how long requests over HTTP took
 * @param loadDurations how long the loads took that Redis has answered
 * @param clients the memory of clients
 * @param accesses returns the keys that are read most, at most so many, and their prefixes; null if they are not counted
 * @param events what has happened
 * @param log the level of the log, and how many lines it lost
 * @param settings all settings
 * @param reload reads the settings anew; unlike the others it may read files
 * @param certificate returns the certificate that ports with TLS show, or null if there are none
 */
public record Sources(
        String version,
        Supplier<String> phase,
        ReadThroughCache cache,
        Function<byte[], @Nullable String> servers,
        Supplier<HttpStats> http,
        Supplier<RespStats> resp,
        Map<String, Supplier<PortStats>> ports,
        Supplier<DurationStats> httpDurations,
        Supplier<DurationStats> loadDurations,
        ClientMemory clients,
        @Nullable IntFunction<Accessed> accesses,
        Events events,
        LogControl log,
        Supplier<List<SettingView>> settings,
        Supplier<ReloadView> reload,
        Supplier<@Nullable CertificateInfo> certificate) {

    /** The command whose durations are shown: others would hide how fast values are answered. */
    public static final String TIMED = "get";

    public Sources {
        ports = Map.copyOf(ports);
    }

    /**
     * The keys and prefixes that are read most, estimated from samples.
     *
     * @param overSeconds the time that the figures cover
     */
    public record Accessed(double overSeconds, List<AccessedKey> keys, List<AccessedPrefix> prefixes) {}

    /** A key; {@code isWhole} says whether it was short enough to be kept as it is. */
    @SuppressWarnings("ArrayRecordComponent") // not compared, and not kept
    public record AccessedKey(byte[] key, boolean isWhole, long accesses, long error, double share) {}

    /** All keys that begin alike. */
    @SuppressWarnings("ArrayRecordComponent") // not compared, and not kept
    public record AccessedPrefix(byte[] prefix, long accesses, long hits, long error) {}

    /** The log of the proxy. Thread-safe. */
    public interface LogControl {
        /** Returns the least severe level that is logged, in lower case. */
        String level();

        /** Sets it until the next start; returns whether there is such a level. */
        boolean setLevel(String level);

        /** Returns how many lines were dropped. */
        long droppedLines();
    }
}
