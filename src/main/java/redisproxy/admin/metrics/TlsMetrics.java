package redisproxy.admin.metrics;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.tls.CertificateInfo;

/**
 * The metrics of the ports with TLS.
 *
 * @param certificate returns the certificate that they show, or null if there are none
 */
public record TlsMetrics(Supplier<@Nullable CertificateInfo> certificate) implements MetricSource {
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
    }
}
