package redisproxy.admin.metrics;

import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers scrapes: Prometheus's text format, or OpenMetrics if the request prefers it, compressed if it accepts that, and only the
 * metrics that {@code name[]} names if it does. Thread-safe; never waits for a client to read.
 */
public final class MetricsHandler extends Handler.Abstract {
    private final Supplier<PrometheusRegistry> registry;
    private volatile @Nullable PrometheusScrapeHandler scrapes;

    /**
     * Answers with the metrics of a registry, which is asked for at the first scrape: to make one takes a good part of a second, for which
     * the ports need not wait.
     */
    public MetricsHandler(Supplier<PrometheusRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        try (ScrapeExchange exchange = new ScrapeExchange(request, response, callback)) {
            scrapes().handleRequest(exchange);
        }
        return true;
    }

    private PrometheusScrapeHandler scrapes() {
        PrometheusScrapeHandler made = scrapes;
        if (made == null) {
            // If two threads come here at one time, either handler will do.
            made = new PrometheusScrapeHandler(registry.get());
            scrapes = made;
        }
        return made;
    }
}
