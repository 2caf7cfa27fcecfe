package redisproxy.admin.metrics;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/**
 * The registry of the proxy's metrics and of the JVM's. A component's snapshot is taken when it is scraped, so the component pays
 * nothing before that. Thread-safe.
 */
public final class ProxyMetrics {
    private final List<MetricSource> sources;

    private ProxyMetrics(List<MetricSource> sources) {
        this.sources = sources;
    }

    /** Makes a registry of the metrics of all these components. */
    public static PrometheusRegistry registry(
            ProcessMetrics process,
            CacheMetrics cache,
            LoadMetrics loads,
            BackingMetrics backing,
            RequestMetrics requests,
            ConnectionMetrics connections,
            TlsMetrics tls) {
        ProxyMetrics metrics = new ProxyMetrics(List.of(process, requests, cache, loads, backing, connections, tls));
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register((MultiCollector) metrics::collect);
        JvmMetrics.builder().register(registry);
        return registry;
    }

    private MetricSnapshots collect() {
        Families families = new Families();
        sources.forEach(source -> source.addTo(families));
        return families.snapshots();
    }
}
