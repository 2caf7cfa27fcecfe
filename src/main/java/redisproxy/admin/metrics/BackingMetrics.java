package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.cache.NodeStats;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;
import redisproxy.cache.WatchStats;

/**
 * The metrics of the way to Redis: of all servers together, and of each.
 *
 * @param stats the figures of the store at present
 */
public record BackingMetrics(Supplier<StoreStats> stats) implements MetricSource {
    private static final List<String> CIRCUITS = names(NodeStats.Circuit.values());
    private static final List<String> TRACKING = names(TrackingStatus.State.values());

    private static final double MICROS = 1e-6;
    private static final double MILLIS = 1e-3;

    @Override
    public void addTo(Families families) {
        StoreStats now = stats.get();
        families.gauge(
                "backing_up",
                "Whether requests are sent to Redis: 0 while those to one server that is needed are refused.",
                now.circuit().equals("closed") ? 1 : 0);
        addWatch(families, now.watch());
        addTracking(families, now.tracking());
        addNodes(families, now.nodes());
        addCounts(families, now.nodes());
    }

    private static void addWatch(Families families, @Nullable WatchStats watch) {
        Points known = new Points();
        Points telling = new Points();
        Points switches = new Points();
        if (watch != null) {
            known.add(watch.known());
            telling.add(watch.telling());
            switches.add(watch.switches());
        }
        families.gauge("backing_watchers", "Sentinels, or nodes of the Cluster, that are known.", known);
        families.gauge(
                "backing_watchers_telling", "Those of them that tell at present which server to read from.", telling);
        families.counter("backing_switches", "How often another server has been told, for all keys or some.", switches);
    }

    private static void addTracking(Families families, TrackingStatus tracking) {
        Points heartbeat = new Points();
        if (tracking.heartbeatMicros() >= 0) {
            heartbeat.addSeconds(tracking.heartbeatMicros() * MICROS);
        }
        families.gauge(
                "tracking_heartbeat_seconds",
                Unit.SECONDS,
                "How long the last heartbeat took, behind all reports of writes that were on their way.",
                heartbeat);
        families.counter("tracking_confirmations", "How often reports of writes began.", tracking.confirmations());
        families.counter("tracking_losses", "How often reports of writes were lost.", tracking.losses());
        families.counter("tracking_messages", "Reports of writes that were read.", tracking.messages());
    }

    private static void addNodes(Families families, List<NodeStats> nodes) {
        Points up = new Points();
        Points circuits = new Points();
        Points tracking = new Points();
        for (NodeStats node : nodes) {
            up.add(
                    node.circuit() == NodeStats.Circuit.CLOSED ? 1 : 0,
                    "node",
                    node.address(),
                    "role",
                    name(node.role()));
            circuits.addState("state", name(node.circuit()), CIRCUITS, "node", node.address());
            tracking.addState("state", name(node.tracking().state()), TRACKING, "node", node.address());
        }
        Points waits = new Points();
        nodes.forEach(node -> waits.addSeconds(node.longestWaitMillis() * MILLIS, "node", node.address()));
        families.gauge("node_up", "Whether requests are sent to the server.", up);
        families.gauge("node_circuit_state", "Circuit breaker of the server: 1 for the state that applies.", circuits);
        families.gauge(
                "node_tracking_state", "Reports of writes by the server: 1 for the state that applies.", tracking);
        families.gauge(
                "node_slots", "Slots of a Cluster that the server holds or copies.", each(nodes, NodeStats::slots));
        families.gauge("node_links_open", "Open connections to the server.", each(nodes, NodeStats::linksOpen));
        families.gauge(
                "node_links_in_use",
                "Connections that requests wait for at present.",
                each(nodes, NodeStats::linksInUse));
        families.gauge("node_queued_requests", "Requests that wait for a connection.", each(nodes, NodeStats::queued));
        families.gauge(
                "node_oldest_wait_seconds", Unit.SECONDS, "For how long the oldest of these has been waiting.", waits);
    }

    private static void addCounts(Families families, List<NodeStats> nodes) {
        families.counter(
                "node_requests",
                "Requests that the server has answered, error replies and the proxy's own requests included.",
                each(nodes, NodeStats::requests));
        families.counter("node_links_opened", "Connections opened.", each(nodes, NodeStats::linksOpened));
        families.counter(
                "node_links_broken",
                "Connections given up because they failed or did not answer in time.",
                each(nodes, NodeStats::linksBroken));
        Points errors = new Points();
        for (NodeStats node : nodes) {
            NodeStats.Errors kinds = node.errors();
            errors.add(kinds.unreachable(), "node", node.address(), "kind", "unreachable")
                    .add(kinds.timedOut(), "node", node.address(), "kind", "timed_out")
                    .add(kinds.refused(), "node", node.address(), "kind", "refused")
                    .add(kinds.errorReplies(), "node", node.address(), "kind", "error_reply");
        }
        families.counter(
                "node_errors",
                "What went wrong with the server: it could not be connected to, did not answer in time, was not asked because"
                        + " its circuit was open, or replied with an error.",
                errors);
    }

    private static Points each(List<NodeStats> nodes, ToLongFunction<NodeStats> figure) {
        Points points = new Points();
        nodes.forEach(node -> points.add(figure.applyAsLong(node), "node", node.address()));
        return points;
    }

    private static List<String> names(Enum<?>... constants) {
        return Stream.of(constants).map(BackingMetrics::name).toList();
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
