package redisproxy.server;

import java.util.LinkedHashMap;
import java.util.Map;
import redisproxy.http.HttpStats;

/** The section of {@code INFO} about HTTP. */
final class HttpInfo {
    private HttpInfo() {}

    /** Returns the fields by name, in the order in which they are shown. */
    static Map<String, Object> fields(HttpStats stats) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("http_requests", stats.requests());
        fields.put("http_hits", stats.hits());
        fields.put("http_absent_hits", stats.absentHits());
        fields.put("http_stale_hits", stats.staleHits());
        fields.put("http_misses", stats.misses());
        fields.put("http_bypasses", stats.bypasses());
        fields.put("http_not_cached", stats.notCached());
        fields.put("http_wrong_types", stats.wrongTypes());
        fields.put("http_unavailable", stats.unavailable());
        fields.put("http_not_modified", stats.notModified());
        fields.put("http_preconditions_failed", stats.preconditionsFailed());
        fields.put("http_puts", stats.puts());
        fields.put("http_deletes", stats.deletes());
        fields.put("http_failed_puts", stats.failedPuts());
        fields.put("http_failed_deletes", stats.failedDeletes());
        fields.put("http_welcome_pages", stats.welcomePages());
        fields.put("http_options", stats.options());
        fields.put("http_bad_requests", stats.badRequests());
        fields.put("http_methods_not_allowed", stats.methodsNotAllowed());
        fields.put("http_timeouts", stats.timeouts());
        fields.put("http_refused_requests", stats.refusedRequests());
        fields.put("http_refused_connections", stats.refusedConnections());
        fields.put("http_denied", stats.denied());
        return fields;
    }
}
