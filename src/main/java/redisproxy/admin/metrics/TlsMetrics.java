package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.net.TlsStats;
import redisproxy.tls.CertificateInfo;

/**
 * The metrics of the ports with TLS.
 *
 * @param certificate returns the certificate that they show, or null if there are none
 * @param handshakes the figures of each port by its name
 */
public record TlsMetrics(Supplier<@Nullable CertificateInfo> certificate, Map<String, Supplier<TlsStats>> handshakes)
        implements MetricSource {
    public TlsMetrics {
        handshakes = Map.copyOf(handshakes);
    }

    @Override
    public void addTo(Families families) {
        CertificateInfo shown = certificate.get();
        if (shown != null) {
            families.gauge(
                    "certificate_expiry_timestamp_seconds",
                    Unit.SECONDS,
                    "Unix time until which the certificate is valid that ports with TLS show; only if there are such ports.",
                    shown.notAfter().getEpochSecond());
        }
        Families.Points points = new Families.Points();
        handshakes.forEach((port, stats) -> add(points, port, stats.get()));
        families.counter(
                "tls_handshakes",
                "Connections to ports with TLS by what came of them: a new session (full), an earlier one (resumed), a failure, or a client without TLS (plain).",
                points);
    }

    private static void add(Families.Points points, String port, TlsStats stats) {
        points.add(stats.handshakes() - stats.resumed(), "port", port, "result", "full");
        points.add(stats.resumed(), "port", port, "result", "resumed");
        points.add(stats.failures(), "port", port, "result", "failed");
        points.add(stats.plainClients(), "port", port, "result", "plain");
    }
}
