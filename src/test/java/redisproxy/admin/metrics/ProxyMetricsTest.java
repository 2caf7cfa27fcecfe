package redisproxy.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import redisproxy.admin.AdminConfig;
import redisproxy.admin.AdminServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpConnection;

final class ProxyMetricsTest {
    @Test
    void showEachFigureUnderItsName() {
        assertThat(scrape(Samples.registry()))
                .contains(
                        "redis_proxy_build_info{java_version=\"" + System.getProperty("java.version")
                                + "\",version=\"1.2.3\"} 1",
                        "redis_proxy_ready 1.0",
                        "redis_proxy_log_dropped_lines_total 701.0",
                        "redis_proxy_cache_hits_total 101.0",
                        "redis_proxy_cache_misses_total 102.0",
                        "redis_proxy_loads_total{result=\"value\"} 351.0",
                        "redis_proxy_loads_total{result=\"absent\"} 352.0",
                        "redis_proxy_loads_total{result=\"wrong_type\"} 354.0",
                        "redis_proxy_loads_total{result=\"unseen\"} 355.0",
                        "redis_proxy_loads_total{result=\"failed\"} 353.0",
                        "redis_proxy_load_duration_seconds_count 8",
                        "redis_proxy_cache_evictions_total 105.0",
                        "redis_proxy_cache_expirations_total 106.0",
                        "redis_proxy_cache_invalidations_total 107.0",
                        "redis_proxy_cache_flushes_total 108.0",
                        "redis_proxy_cache_stale_served_total 109.0",
                        "redis_proxy_cache_entries 110.0",
                        "redis_proxy_cache_absent_entries 111.0",
                        "redis_proxy_cache_pending_writes 113.0",
                        "redis_proxy_cache_bytes 112.0",
                        "redis_proxy_cache_max_entries 801.0",
                        "redis_proxy_coherence_state{state=\"tracking\"} 1.0",
                        "redis_proxy_coherence_state{state=\"lost\"} 0.0",
                        "redis_proxy_tracking_confirmations_total 401.0",
                        "redis_proxy_tracking_losses_total 402.0",
                        "redis_proxy_tracking_messages_total 403.0",
                        "redis_proxy_tracking_heartbeat_seconds 4.04E-4",
                        "redis_proxy_backing_watchers 601.0",
                        "redis_proxy_backing_watchers_telling 602.0",
                        "redis_proxy_backing_switches_total 603.0",
                        "redis_proxy_backing_up 0.0");
    }

    @Test
    void showEachFigureOfANode() {
        String node = "node=\"10.0.0.0:6379\"";
        assertThat(scrape(Samples.registry()))
                .contains(
                        "redis_proxy_node_up{" + node + ",role=\"master\"} 0.0",
                        "redis_proxy_node_circuit_state{" + node + ",state=\"half_open\"} 1.0",
                        "redis_proxy_node_circuit_state{" + node + ",state=\"closed\"} 0.0",
                        "redis_proxy_node_tracking_state{" + node + ",state=\"tracking\"} 1.0",
                        "redis_proxy_node_slots{" + node + "} 501.0",
                        "redis_proxy_node_links_open{" + node + "} 502.0",
                        "redis_proxy_node_links_in_use{" + node + "} 503.0",
                        "redis_proxy_node_queued_requests{" + node + "} 504.0",
                        "redis_proxy_node_oldest_wait_seconds{" + node + "} 0.505",
                        "redis_proxy_node_requests_total{" + node + "} 506.0",
                        "redis_proxy_node_links_opened_total{" + node + "} 507.0",
                        "redis_proxy_node_links_broken_total{" + node + "} 508.0",
                        "redis_proxy_node_errors_total{kind=\"unreachable\"," + node + "} 509.0",
                        "redis_proxy_node_errors_total{kind=\"timed_out\"," + node + "} 510.0",
                        "redis_proxy_node_errors_total{kind=\"refused\"," + node + "} 511.0",
                        "redis_proxy_node_errors_total{kind=\"error_reply\"," + node + "} 512.0");
    }

    @Test
    void showEachFigureOfAPort() {
        assertThat(scrape(Samples.registry()))
                .contains(
                        "redis_proxy_connections{port=\"http\"} 901.0",
                        "redis_proxy_connections_accepted_total{port=\"http\"} 902.0",
                        "redis_proxy_received_bytes_total{port=\"http\"} 903.0",
                        "redis_proxy_sent_bytes_total{port=\"http\"} 904.0",
                        "redis_proxy_connections{port=\"resp\"} 905.0",
                        "redis_proxy_connections_refused_total{port=\"http\"} 217.0",
                        "redis_proxy_connections_refused_total{port=\"resp\"} 303.0",
                        "redis_proxy_connections_closed_total{port=\"http\",reason=\"proxy_header\"} 910.0",
                        "redis_proxy_connections_closed_total{port=\"resp\",reason=\"proxy_header\"} 911.0",
                        "redis_proxy_connections_closed_total{port=\"resp\",reason=\"protocol_error\"} 305.0",
                        "redis_proxy_connections_closed_total{port=\"resp\",reason=\"timed_out\"} 306.0",
                        "redis_proxy_connections_closed_total{port=\"resp\",reason=\"killed\"} 307.0",
                        "redis_proxy_connections_closed_total{port=\"resp\",reason=\"drained\"} 308.0",
                        "redis_proxy_client_memory_max_bytes 909.0",
                        "redis_proxy_near_cache_clients 311.0",
                        "redis_proxy_near_cache_keys 312.0",
                        "redis_proxy_near_cache_items 313.0",
                        "redis_proxy_near_cache_prefixes 314.0",
                        "redis_proxy_near_cache_invalidations_total 315.0",
                        "redis_proxy_near_cache_flushes_total 316.0",
                        "redis_proxy_near_cache_evictions_total 317.0",
                        "redis_proxy_pinned_connections 321.0",
                        "redis_proxy_pinned_connections_idle 322.0",
                        "redis_proxy_pinned_connections_max 323.0",
                        "redis_proxy_pinned_connections_opened_total 324.0",
                        "redis_proxy_pinned_connections_refused_total 325.0",
                        "redis_proxy_requests_total{command=\"get\",port=\"http\",result=\"hit\"} 201.0",
                        "redis_proxy_requests_total{command=\"get\",port=\"http\",result=\"over_limit\"} 216.0",
                        "redis_proxy_requests_total{command=\"get\",port=\"http\",result=\"refused\"} 218.0",
                        "redis_proxy_requests_total{command=\"get\",port=\"http\",result=\"error\"} 415.0",
                        "redis_proxy_requests_total{command=\"invalid\",port=\"http\",result=\"refused\"} 642.0",
                        "redis_proxy_requests_total{command=\"get\",port=\"resp\",result=\"hit\"} 0.0",
                        "redis_proxy_requests_total{command=\"mget\",port=\"resp\",result=\"hit\"} 311.0",
                        "redis_proxy_requests_total{command=\"mget\",port=\"resp\",result=\"miss\"} 312.0");
    }

    @Test
    void showDurationsInBuckets() {
        assertThat(scrape(Samples.registry()))
                .contains(
                        "redis_proxy_request_duration_seconds_bucket{command=\"get\",port=\"http\",le=\"2.5E-5\"} 0",
                        "redis_proxy_request_duration_seconds_count{command=\"get\",port=\"http\"} 9",
                        "redis_proxy_request_duration_seconds_bucket{command=\"mget\",port=\"resp\",le=\"1.0E-5\"} 0",
                        "redis_proxy_request_duration_seconds_bucket{command=\"mget\",port=\"resp\",le=\"2.5E-5\"} 7",
                        "redis_proxy_request_duration_seconds_bucket{command=\"mget\",port=\"resp\",le=\"1.0\"} 7",
                        "redis_proxy_request_duration_seconds_bucket{command=\"mget\",port=\"resp\",le=\"2.5\"} 8",
                        "redis_proxy_request_duration_seconds_bucket{command=\"mget\",port=\"resp\",le=\"+Inf\"} 8",
                        "redis_proxy_request_duration_seconds_count{command=\"mget\",port=\"resp\"} 8")
                .anyMatch(line -> line.matches(
                        "redis_proxy_request_duration_seconds_sum\\{command=\"mget\",port=\"resp\"} 1\\.(49|50)\\d*"));
    }

    /** Two nodes that a Cluster tells under one address must not fail a scrape. */
    @Test
    void addUpWhatHasTheSameLabels() {
        Families families = new Families();
        families.counter("a", "A.", new Families.Points().add(1, "node", "x").add(2, "node", "x"));
        assertThat(families.snapshots().stream()).hasSize(1);
    }

    @Test
    void areManyWithManyNodes() {
        assertThat(scrape(Samples.registry(100)).stream().filter(line -> line.startsWith("redis_proxy_node_")))
                .hasSizeGreaterThan(1_900);
    }

    private static List<String> scrape(PrometheusRegistry registry) {
        try (AdminServer server = new AdminServer(new AdminConfig("127.0.0.1", 0, true, false))) {
            server.add("/metrics", new MetricsHandler(() -> registry));
            server.open();
            server.start();
            return HttpConnection.get(Address.loopback(server.port()), "/metrics")
                    .body()
                    .asUtf8()
                    .lines()
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
