package redisproxy.admin.metrics;

import java.util.function.Supplier;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.http.HttpStats;

/**
 * The metrics of requests, by port, command and result.
 *
 * @param http the figures of HTTP at present
 */
public record RequestMetrics(Supplier<HttpStats> http) implements MetricSource {
    @Override
    public void addTo(Families families) {
        Points requests = new Points();
        addHttp(requests, http.get());
        families.counter("requests", "Requests answered, each with one result.", requests);
    }

    private static void addHttp(Points requests, HttpStats stats) {
        add(requests, "get", "hit", stats.hits());
        add(requests, "get", "absent", stats.absentHits());
        add(requests, "get", "stale", stats.staleHits());
        add(requests, "get", "miss", stats.misses());
        add(requests, "get", "bypass", stats.bypasses());
        add(requests, "get", "not_cached", stats.notCached());
        add(requests, "get", "wrong_type", stats.wrongTypes());
        add(requests, "get", "unavailable", stats.unavailable());
        add(requests, "get", "refused", stats.refusedRequests());
        add(requests, "welcome", "ok", stats.welcomePages());
        add(requests, "options", "ok", stats.options());
        add(requests, "invalid", "bad_request", stats.badRequests());
        add(requests, "invalid", "method_not_allowed", stats.methodsNotAllowed());
        add(requests, "invalid", "timed_out", stats.timeouts());
    }

    private static void add(Points requests, String command, String result, long count) {
        requests.add(count, "port", "http", "command", command, "result", result);
    }
}
