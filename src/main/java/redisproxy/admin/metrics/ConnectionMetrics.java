package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.http.HttpStats;
import redisproxy.near.NearStats;
import redisproxy.net.ClientMemory;
import redisproxy.net.PortStats;
import redisproxy.resp.RespStats;
import redisproxy.upstream.PinStats;

/**
 * The metrics of the clients' connections and of what is held for them.
 *
 * @param ports the connections of each port by its name; of those alone that the proxy serves itself
 * @param http the figures of HTTP at present
 * @param resp the figures of the RESP port at present
 * @param clients the memory of the clients of both ports
 */
public record ConnectionMetrics(
        Map<String, Supplier<PortStats>> ports,
        Supplier<HttpStats> http,
        Supplier<RespStats> resp,
        ClientMemory clients)
        implements MetricSource {
    private static final String PORT = "port";
    private static final String RESP = "resp";
    private static final String REASON = "reason";

    public ConnectionMetrics {
        ports = Map.copyOf(ports);
    }

    @Override
    public void addTo(Families families) {
        Points open = new Points();
        Points opened = new Points();
        Points received = new Points();
        Points sent = new Points();
        Points closed = new Points();
        new TreeMap<>(ports).forEach((name, port) -> {
            PortStats now = port.get();
            open.add(now.open(), PORT, name);
            opened.add(now.opened(), PORT, name);
            received.add(now.receivedBytes(), PORT, name);
            sent.add(now.sentBytes(), PORT, name);
            closed.add(now.refusedHeaders(), PORT, name, REASON, "proxy_header");
        });
        families.gauge("connections", "Connections of clients that are open.", open);
        families.counter("connections_accepted", "Connections of clients that were opened.", opened);
        families.counter("received_bytes", Unit.BYTES, "Bytes read from clients.", received);
        families.counter("sent_bytes", Unit.BYTES, "Bytes written to clients.", sent);
        RespStats respNow = resp.get();
        families.counter(
                "connections_refused",
                "Connections closed at once because too many were open.",
                new Points().add(http.get().refusedConnections(), PORT, "http").add(respNow.rejected(), PORT, RESP));
        addClosed(closed, respNow);
        families.counter("connections_closed", "Connections that the proxy has closed, by its reason.", closed);
        families.counter(
                "evicted_clients",
                "Clients of both ports closed because they held much memory for long while memory was short.",
                clients.closedClients());
        families.gauge(
                "client_memory_bytes",
                Unit.BYTES,
                "What is held of the requests of all clients, on both ports.",
                clients.heldBytes());
        families.gauge("client_memory_max_bytes", Unit.BYTES, "What may be held of them.", clients.maxBytes());
        addNear(families, respNow.near());
        addPins(families, respNow.pins());
    }

    private static void addPins(Families families, PinStats pins) {
        families.gauge(
                "pinned_connections",
                "Clients that have a connection to Redis to themselves at present.",
                pins.inUse());
        families.gauge("pinned_connections_idle", "Such connections that wait for the next client.", pins.idle());
        families.gauge("pinned_connections_max", "How many clients may have one at one time.", pins.most());
        families.counter("pinned_connections_opened", "Such connections that were opened.", pins.opened());
        families.counter(
                "pinned_connections_refused",
                "Requests refused because as many clients had one as may.",
                pins.refused());
    }

    private static void addNear(Families families, NearStats near) {
        families.gauge(
                "near_cache_clients", "Clients that are told of writes, for caches of their own.", near.clients());
        families.gauge("near_cache_keys", "Keys whose readers are remembered for that.", near.keys());
        families.gauge(
                "near_cache_items", "How many readers of these keys there are, all keys together.", near.items());
        families.gauge(
                "near_cache_prefixes", "Prefixes of keys that clients are told of without a read.", near.prefixes());
        families.counter("near_cache_invalidations", "Keys that clients were told of.", near.invalidations());
        families.counter(
                "near_cache_flushes",
                "How often a client was told that any key may have been written.",
                near.flushes());
        families.counter(
                "near_cache_evictions",
                "Keys that clients were told of for want of room to remember who has read them.",
                near.evictions());
    }

    private static void addClosed(Points closed, RespStats stats) {
        closed.add(stats.protocolErrors(), PORT, RESP, REASON, "protocol_error")
                .add(stats.timedOut(), PORT, RESP, REASON, "timed_out")
                .add(stats.killed(), PORT, RESP, REASON, "killed")
                .add(stats.drained(), PORT, RESP, REASON, "drained");
    }
}
