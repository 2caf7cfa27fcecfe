package redisproxy.server;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.LoadObserver;
import redisproxy.otel.OtelConfig;
import redisproxy.otel.OtelExport;

/**
 * What the proxy sends to a collector, if the standard variables of OpenTelemetry ask for it. Otherwise none of OpenTelemetry's
 * classes is loaded. Thread-safe.
 */
final class Telemetry implements AutoCloseable {
    private final OtelConfig config;
    private final @Nullable OtelExport export;

    private Telemetry(OtelConfig config, @Nullable OtelExport export) {
        this.config = config;
        this.export = export;
    }

    /**
     * Begins to send what the environment, or the system properties of the same names ({@code otel.traces.exporter}), ask for.
     *
     * @param database the index of the database that keys are read from
     * @throws ConfigException if a variable of OpenTelemetry has a value that is not accepted
     */
    static Telemetry start(int database) {
        Function<String, @Nullable String> given = name -> {
            String property = System.getProperty(name.toLowerCase(Locale.ROOT).replace('_', '.'));
            return property == null ? System.getenv(name) : property;
        };
        try {
            OtelConfig config = OtelConfig.from(given);
            return new Telemetry(config, config.isOn() ? OtelExport.start(config, Version.current(), database) : null);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /** Returns what is to be told of loads. */
    List<LoadObserver> loadObservers() {
        return export != null && config.traces() ? List.of(export.loads()) : List.of();
    }

    /** Sends the metrics of this registry from now on, if metrics are to be sent. */
    void read(Supplier<PrometheusRegistry> registry) {
        if (export != null && config.metrics()) {
            export.read(registry.get());
        }
    }

    /** Sends what is left, for a bounded time. Blocks. */
    @Override
    public void close() {
        if (export != null) {
            export.close();
        }
    }
}
