package redisproxy.http;

import java.math.BigDecimal;
import java.time.Duration;
import redisproxy.cache.StoreStats;
import redisproxy.cache.TrackingStatus;

/** The page at the root, for people: how to ask for a key, and how the cache follows writes. */
final class Welcome {
    private static final String HOW_TO_ASK = """
            Redis Proxy: a read-through cache in front of Redis.

            GET /{key}            the value of a key, percent-encoded
            GET /query?key={key}  the same, for keys of any bytes

            """;

    private Welcome() {}

    static String text(Duration ttl, StoreStats stats) {
        return HOW_TO_ASK + "Coherence: " + coherence(ttl, stats) + "\n";
    }

    private static String coherence(Duration ttl, StoreStats stats) {
        TrackingStatus status = stats.tracking();
        if (stats.isPartlyTracked()) {
            return "tracking, but not by all servers: nothing new of the others is cached"
                    + inParentheses(status.detail());
        }
        return switch (status.state()) {
            case OFF ->
                "ttl (a value is served for up to %s s, even if it has changed in Redis)".formatted(seconds(ttl));
            case TRACKING -> "tracking (Redis reports every write)";
            case DISCONNECTED ->
                (status.losses() == 0 ? "tracking is being set up" : "tracking lost") + ", nothing new is cached"
                        + inParentheses(status.detail());
            case REFUSED -> "ttl, tracking refused" + inParentheses(status.detail());
        };
    }

    private static String inParentheses(String detail) {
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
    }
}
