package redisproxy.admin.metrics;

import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import redisproxy.admin.metrics.Families.Durations;
import redisproxy.admin.metrics.Families.Points;
import redisproxy.http.HttpStats;
import redisproxy.measure.DurationStats;
import redisproxy.resp.CommandResult;
import redisproxy.resp.CommandStats;
import redisproxy.resp.RespStats;

/**
 * The metrics of requests, by port, command and result.
 *
 * @param http the figures of HTTP at present
 * @param httpDurations how long requests for keys have taken over HTTP
 * @param resp the figures of the RESP port at present
 * @param failedLogins how many logins have failed on all ports
 */
public record RequestMetrics(
        Supplier<HttpStats> http,
        Supplier<DurationStats> httpDurations,
        Supplier<RespStats> resp,
        LongSupplier failedLogins)
        implements MetricSource {
    private static final String HTTP = "http";
    private static final String RESP = "resp";
    private static final String GET = "get";
    private static final String SET = "set";
    private static final String DEL = "del";

    /** Its results are shown before there are any, so that a rate is known from the first one on. */
    private static final String ALWAYS_SHOWN = GET;

    @Override
    public void addTo(Families families) {
        Points requests = new Points();
        Durations durations = new Durations();
        addHttp(requests, http.get());
        durations.add(httpDurations.get(), "port", HTTP, "command", GET);
        for (CommandResult result : CommandResult.values()) {
            add(requests, RESP, ALWAYS_SHOWN, name(result), 0);
        }
        for (CommandStats command : resp.get().byCommand()) {
            addResp(requests, command);
            durations.add(command.durations(), "port", RESP, "command", command.name());
        }
        families.counter("requests", "Requests answered, each with one result.", requests);
        families.counter(
                "login_failures",
                "Logins on all ports that failed: the credentials proved nobody.",
                failedLogins.getAsLong());
        families.histogram(
                "request_duration_seconds",
                "Time from a request to its answer, the wait for Redis included; hits, and misses of one pipeline, are measured in samples.",
                durations);
    }

    private static void addResp(Points requests, CommandStats command) {
        for (CommandResult result : CommandResult.values()) {
            long count = command.count(result);
            if (count > 0) {
                add(requests, RESP, command.name(), name(result), count);
            }
        }
    }

    private static void addHttp(Points requests, HttpStats stats) {
        add(requests, HTTP, GET, "hit", stats.hits());
        add(requests, HTTP, GET, "absent", stats.absentHits());
        add(requests, HTTP, GET, "stale", stats.staleHits());
        add(requests, HTTP, GET, "miss", stats.misses());
        add(requests, HTTP, GET, "bypass", stats.bypasses());
        add(requests, HTTP, GET, "not_cached", stats.notCached());
        add(requests, HTTP, GET, "error", stats.wrongTypes() + stats.unavailable());
        add(requests, HTTP, GET, "over_limit", stats.refusedRequests());
        add(requests, HTTP, GET, "refused", stats.denied());
        add(requests, HTTP, SET, "write", stats.puts());
        add(requests, HTTP, SET, "error", stats.failedPuts());
        add(requests, HTTP, DEL, "write", stats.deletes());
        add(requests, HTTP, DEL, "error", stats.failedDeletes());
        add(requests, HTTP, "welcome", "ok", stats.welcomePages());
        add(requests, HTTP, "options", "ok", stats.options());
        add(requests, HTTP, "invalid", "refused", stats.badRequests() + stats.methodsNotAllowed() + stats.timeouts());
    }

    private static void add(Points requests, String port, String command, String result, long count) {
        requests.add(count, "port", port, "command", command, "result", result);
    }

    private static String name(CommandResult result) {
        return result.name().toLowerCase(Locale.ROOT);
    }
}
