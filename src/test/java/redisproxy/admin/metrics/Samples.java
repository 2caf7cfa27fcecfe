package redisproxy.admin.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.CacheStats;
import redisproxy.cache.NodeStats;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.WatchStats;
import redisproxy.http.HttpStats;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Durations;
import redisproxy.measure.LoadStats;
import redisproxy.near.NearStats;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.net.TlsStats;
import redisproxy.resp.CommandResult;
import redisproxy.resp.CommandStats;
import redisproxy.resp.RespStats;
import redisproxy.tls.CertificateInfo;
import redisproxy.upstream.PinStats;

/** Figures of components, each another one, so that no two can be mixed up. */
final class Samples {
    private static final CacheStats CACHE =
            new CacheStats(101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113);
    private static final HttpStats HTTP = new HttpStats(
            201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 216, 217, 218, 219, 220, 221,
            222);
    private static final RespStats RESP = new RespStats(
            301,
            302,
            303,
            List.of(mget()),
            305,
            306,
            307,
            308,
            new NearStats(311, 312, 313, 314, 315, 316, 317),
            new PinStats(321, 322, 323, 324, 325));
    private static final TrackingStatus TRACKING =
            new TrackingStatus(TrackingStatus.State.TRACKING, "", 401, 402, 403, 404);

    private Samples() {}

    private static CommandStats mget() {
        Durations durations = new Durations();
        durations.record(20_000, 7);
        durations.record(1_500_000_000L);
        return new CommandStats("mget", Map.of(CommandResult.HIT, 311L, CommandResult.MISS, 312L), durations.stats());
    }

    private static DurationStats httpDurations() {
        Durations durations = new Durations();
        durations.record(30_000, 9);
        return durations.stats();
    }

    static PrometheusRegistry registry() {
        return registry(1);
    }

    /** A registry of a proxy in front of a Cluster with so many nodes. */
    static PrometheusRegistry registry(int nodes) {
        StoreStats store = new StoreStats(
                StoreStats.Topology.CLUSTER,
                false,
                IntStream.range(0, nodes).mapToObj(Samples::node).toList(),
                TRACKING,
                new WatchStats(601, 602, 603, ""));
        return ProxyMetrics.registry(
                new ProcessMetrics("1.2.3", () -> true, () -> 701),
                new CacheMetrics(() -> new CacheConfig(801, Duration.ofSeconds(60)), () -> CACHE, () -> "tracking"),
                new LoadMetrics(() -> new LoadStats(351, 352, 354, 355, 353, mget().durations(), mget().durations())),
                new BackingMetrics(() -> store),
                new RequestMetrics(() -> HTTP, Samples::httpDurations, () -> RESP, () -> 801),
                new ConnectionMetrics(
                        Map.of(
                                "http", () -> new PortStats(901, 902, 903, 904, 910),
                                "resp", () -> new PortStats(905, 906, 907, 908, 911)),
                        () -> HTTP,
                        () -> RESP,
                        new ClientMemory(909)),
                new TlsMetrics(
                        () -> new CertificateInfo("CN=proxy", Instant.EPOCH, Instant.ofEpochSecond(951)),
                        Map.of("http", () -> new TlsStats(1961, 962, 963, 964, ""))));
    }

    private static NodeStats node(int number) {
        return new NodeStats(
                "10.0.0." + number + ":6379",
                NodeStats.Role.MASTER,
                501,
                true,
                TRACKING,
                NodeStats.Circuit.HALF_OPEN,
                502,
                503,
                504,
                505,
                506,
                507,
                508,
                new NodeStats.Errors(509, 510, 511, 512));
    }
}
