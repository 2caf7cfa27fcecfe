package redisproxy.admin.api;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheStats;
import redisproxy.cache.NodeStats;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.WatchStats;
import redisproxy.net.PortStats;
import redisproxy.tls.CertificateInfo;

/** Makes the state out of the components' snapshots. Thread-safe. */
final class StateView {
    private static final int MOST_HOT_KEYS = 10;
    private static final int MOST_PREFIXES = 10;
    private static final double MILLIS_PER_SECOND = 1000;
    private static final String CLOSED = "closed";

    private final Sources sources;
    private final Recorder recorder;
    private final Supplier<@Nullable String> noChanges;

    StateView(Sources sources, Recorder recorder, Supplier<@Nullable String> noChanges) {
        this.sources = sources;
        this.recorder = recorder;
        this.noChanges = noChanges;
    }

    State now() {
        CacheStats cache = sources.cache().stats();
        StoreStats store = sources.cache().storeStats();
        Recorder.Point point = recorder.latest();
        Sources.Accessed accessed = accessed(MOST_HOT_KEYS);
        return new State(
                System.currentTimeMillis(),
                sources.events().run(),
                sources.version(),
                System.getProperty("java.version", "unknown"),
                ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS_PER_SECOND,
                sources.phase().get(),
                allowance(noChanges.get()),
                ports(point),
                cache(cache, point),
                spared(cache, point),
                redis(store, point),
                coherence(store),
                accessed == null ? null : hotKeys(accessed),
                accessed == null ? null : prefixes(accessed, MOST_PREFIXES),
                new State.Log(sources.log().level(), sources.log().droppedLines()),
                memory(),
                certificate(sources.certificate().get()));
    }

    private static State.@Nullable Certificate certificate(@Nullable CertificateInfo shown) {
        return shown == null
                ? null
                : new State.Certificate(shown.subject(), shown.notAfter().toEpochMilli());
    }

    private State.Ports ports(Recorder.@Nullable Point point) {
        return new State.Ports(
                port(
                        "http",
                        PortCounts.of(sources.http().get()),
                        point == null ? 0 : point.httpPerSecond(),
                        point == null ? null : point.httpHitRatio(),
                        point == null ? null : point.httpLatency()),
                port(
                        "resp",
                        PortCounts.of(sources.resp().get()),
                        point == null ? 0 : point.respPerSecond(),
                        point == null ? null : point.respHitRatio(),
                        point == null ? null : point.respLatency()));
    }

    private State.Port port(
            String name,
            PortCounts counts,
            double perSecond,
            @Nullable Double hitRatio,
            State.@Nullable Latency latency) {
        Supplier<PortStats> traffic = sources.ports().get(name);
        PortStats connections = traffic == null ? null : traffic.get();
        return new State.Port(
                counts.requests(),
                counts.hits(),
                counts.misses(),
                counts.errors(),
                perSecond,
                hitRatio,
                connections == null ? null : connections.open(),
                connections == null ? null : connections.receivedBytes(),
                connections == null ? null : connections.sentBytes(),
                latency);
    }

    private State.Cache cache(CacheStats stats, Recorder.@Nullable Point point) {
        return new State.Cache(
                stats.size(),
                sources.cache().config().maxEntries(),
                stats.bytes(),
                sources.cache().config().maxBytes(),
                stats.absent(),
                sources.cache().config().maxAbsent(),
                stats.hits(),
                stats.misses(),
                stats.loads(),
                stats.loadFailures(),
                stats.evictions(),
                stats.expirations(),
                stats.invalidations(),
                stats.flushes(),
                stats.staleServed(),
                point == null ? null : point.recentHitRatio());
    }

    private static State.Spared spared(CacheStats stats, Recorder.@Nullable Point point) {
        return new State.Spared(
                stats.hits(), point == null ? 0 : point.hitsPerSecond(), point == null ? null : point.savedSeconds());
    }

    private static State.Redis redis(StoreStats store, Recorder.@Nullable Point point) {
        WatchStats watch = store.watch();
        return new State.Redis(
                store.topology().name(),
                store.isEncrypted(),
                store.circuit().equals(CLOSED),
                store.circuit(),
                point == null ? 0 : point.loadsPerSecond(),
                point == null ? null : point.loadLatency(),
                watch == null ? null : new State.Watchers(watch.known(), watch.telling(), watch.switches()),
                store.nodes().stream().map(StateView::node).toList());
    }

    private static State.Node node(NodeStats node) {
        NodeStats.Errors errors = node.errors();
        return new State.Node(
                node.address(),
                node.role().name(),
                node.slots(),
                node.isRead(),
                name(node.circuit()),
                name(node.tracking().state()),
                node.linksOpen(),
                node.linksInUse(),
                node.queued(),
                node.longestWaitMillis(),
                node.requests(),
                node.linksBroken(),
                new State.Errors(errors.unreachable(), errors.timedOut(), errors.refused(), errors.errorReplies()));
    }

    private State.CoherenceState coherence(StoreStats store) {
        TrackingStatus tracking = store.tracking();
        return new State.CoherenceState(
                store.coherence(sources.cache().coherence()),
                tracking.heartbeatMicros() < 0 ? null : tracking.heartbeatMicros(),
                tracking.confirmations(),
                tracking.losses(),
                tracking.messages());
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /* --------------- Keys --------------- */

    Sources.@Nullable Accessed accessed(int most) {
        return sources.accesses() == null ? null : sources.accesses().apply(most);
    }

    static State.HotKeys hotKeys(Sources.Accessed accessed) {
        return new State.HotKeys(
                accessed.overSeconds(),
                accessed.keys().stream()
                        .map(each -> new State.HotKey(
                                KeyText.shown(each.key()),
                                KeyText.base64(each.key()),
                                each.isWhole(),
                                each.accesses(),
                                each.error(),
                                each.share()))
                        .toList());
    }

    static List<State.Prefix> prefixes(Sources.Accessed accessed, int most) {
        return accessed.prefixes().stream()
                .limit(most)
                .map(each -> new State.Prefix(
                        KeyText.shown(each.prefix()),
                        KeyText.base64(each.prefix()),
                        each.accesses(),
                        each.hits(),
                        each.error()))
                .toList();
    }

    private State.Memory memory() {
        Runtime runtime = Runtime.getRuntime();
        return new State.Memory(
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                sources.clients().heldBytes(),
                sources.clients().maxBytes());
    }

    private static State.Allowance allowance(@Nullable String reason) {
        return new State.Allowance(reason == null, reason);
    }
}
