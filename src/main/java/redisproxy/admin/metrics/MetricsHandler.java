package redisproxy.admin.metrics;

import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers scrapes: Prometheus's text format, or OpenMetrics if the request prefers it, compressed if it accepts that, and only the
 * metrics that {@code name[]} names if it does. Thread-safe; never waits for a client to read.
 */
public final class MetricsHandler extends Handler.Abstract {
    private final PrometheusScrapeHandler scrapes;

    /** Answers with the metrics of this registry. */
    public MetricsHandler(PrometheusRegistry registry) {
        this.scrapes = new PrometheusScrapeHandler(registry);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try (ScrapeExchange exchange = new ScrapeExchange(request, response, callback)) {
            scrapes.handleRequest(exchange);
        }
        return true;
    }
}
