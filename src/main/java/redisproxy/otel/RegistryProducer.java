package redisproxy.otel;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a Prometheus registry as OpenTelemetry takes them. Each collection is a scrape of its own. Thread-safe.
 */
final class RegistryProducer implements MetricProducer {
    private final InstrumentationScopeInfo scope;
    private final Instant started;
    private volatile @Nullable PrometheusRegistry registry;

    /** @param started since when counters count that do not say it themselves */
    RegistryProducer(InstrumentationScopeInfo scope, Instant started) {
        this.scope = scope;
        this.started = started;
    }

    /** From now on the metrics are those of this registry; before there are none. */
    void read(PrometheusRegistry source) {
        registry = source;
    }

    @Override
    public Collection<MetricData> produce(Resource resource) {
        PrometheusRegistry source = registry;
        if (source == null) {
            return List.of();
        }
        FamilyWriter writer = new FamilyWriter(resource, scope, started, Instant.now());
        List<MetricData> families = new ArrayList<>();
        for (MetricSnapshot snapshot : source.scrape()) {
            // A family that has no value at present has no line in Prometheus's format either.
            if (!snapshot.getDataPoints().isEmpty()) {
                families.add(writer.family(snapshot));
            }
        }
        return families;
    }
}
