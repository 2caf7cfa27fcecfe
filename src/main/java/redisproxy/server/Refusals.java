package redisproxy.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.EventKind;
import redisproxy.measure.EventLog;
import redisproxy.measure.Outage;
import redisproxy.net.ClientMemory;
import redisproxy.resp.RespConnector;

/**
 * One way in which clients are refused, by the count of those that were.
 *
 * @param subject what is refused
 * @param begins the kind of event that tells of the first
 * @param ends the kind that tells that there are no more
 * @param begun the text for the first
 * @param ended the text for the end
 * @param verb what happened to those that were refused
 * @param count how many were since the start; any thread may ask
 */
record Refusals(
        String subject, EventKind begins, EventKind ends, String begun, String ended, String verb, LongSupplier count) {
    /** Two refusals with less time in between belong together. */
    static final Duration QUIET = Duration.ofSeconds(5);

    /** Returns the ways in which the clients of a proxy are refused, and in which its access log, if any, loses lines. */
    static List<Refusals> of(
            HttpFront http, RespConnector resp, ClientMemory clients, @Nullable AccessLogWriter accessLog) {
        List<Refusals> all = new ArrayList<>(List.of(
                beyondLimit("RESP connections", "as many are open as MAX_CONN allows", resp::rejected),
                beyondLimit(
                        "HTTP requests",
                        "as many are in process as MAX_CONN allows, or there is no memory for their heads",
                        () -> http.stats().refusedRequests()),
                beyondLimit(
                        "HTTP connections",
                        "too many are open",
                        () -> http.stats().refusedConnections()),
                beyondLimit(
                        "RESP clients without TLS",
                        "TCP_TLS_PORT expects TLS (rediss://, redis-cli --tls)",
                        () -> resp.tlsStats().plainClients()),
                beyondLimit(
                        "TLS handshakes of RESP clients",
                        "client and proxy do not agree (LOG_LEVEL=debug tells why of each)",
                        () -> resp.tlsStats().failures()),
                forMemory(clients::closedClients)));
        if (accessLog != null) {
            all.add(ofAccessLog(accessLog::dropped));
        }
        return all;
    }

    /** Returns the refusals of what is beyond a limit, or not as expected; {@code why} says which. */
    static Refusals beyondLimit(String what, String why, LongSupplier count) {
        return new Refusals(
                what,
                EventKind.REFUSALS_BEGUN,
                EventKind.REFUSALS_ENDED,
                "%s are refused: %s".formatted(what, why),
                what + " are refused no longer",
                "refused",
                count);
    }

    /** Returns the clients that are closed because they hold much memory. */
    static Refusals forMemory(LongSupplier count) {
        return new Refusals(
                "clients",
                EventKind.MEMORY_SHORT,
                EventKind.MEMORY_BACK,
                "Memory for the requests of clients is short: those that hold the most for the longest time are closed",
                "Clients are closed for want of memory no longer",
                "closed",
                count);
    }

    /** Returns the lines of the access log that are not written. */
    static Refusals ofAccessLog(LongSupplier count) {
        return new Refusals(
                "access log",
                EventKind.ACCESS_LOG_LOST,
                EventKind.ACCESS_LOG_BACK,
                "Lines of the access log are dropped: it is not written in time (ACCESS_LOG)",
                "Lines of the access log are dropped no longer",
                "dropped",
                count);
    }

    /** Looks at the count from time to time. Used by one thread. */
    static final class Look {
        private final Refusals refusals;
        private final EventLog log;
        private final Outage outage;
        private long last;
        private long lastNanos;

        Look(Refusals refusals, EventLog log) {
            this.refusals = refusals;
            this.log = log;
            this.outage = new Outage(log, refusals.subject);
        }

        /** Tells if clients are refused now that were not before, and if none has been for a while. */
        void look() {
            long now = log.nanos();
            long present = refusals.count.getAsLong();
            if (present > last) {
                outage.begin(refusals.begins, refusals.begun);
                outage.cost(present - last);
                last = present;
                lastNanos = now;
            } else if (now - lastNanos >= QUIET.toNanos()) {
                outage.end(
                        refusals.ends,
                        refusals.ended,
                        refused -> "; %d %s"
                                .formatted(refused, refused == 1 ? "was " + refusals.verb : "were " + refusals.verb));
            }
        }
    }
}
