package redisproxy.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import redisproxy.cache.LoadObserver;

/**
 * Sends metrics and spans of loads to a collector, by threads of its own. What it is told apart from {@link OtelConfig}, it reads from the
 * environment and from system properties, as OpenTelemetry's libraries do. Thread-safe.
 */
public final class OtelExport implements AutoCloseable {
    private static final String SCOPE = "redis-proxy";
    private static final String NAME_PROPERTY = "otel.service.name";

    /** Until the rest is given up. A collector that answers takes milliseconds. */
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);

    private final OpenTelemetrySdk sdk;
    private final RegistryProducer metrics;
    private final LoadSpans loads;

    private OtelExport(OpenTelemetrySdk sdk, RegistryProducer metrics, LoadSpans loads) {
        this.sdk = sdk;
        this.metrics = metrics;
        this.loads = loads;
    }

    /**
     * Begins to send.
     *
     * @param version the proxy's version
     * @param database the index of the database that keys are read from
     * @throws IllegalArgumentException if a variable of OpenTelemetry has a value that is not accepted; the message names it
     */
    public static OtelExport start(OtelConfig config, String version, int database) {
        InstrumentationScopeInfo scope =
                InstrumentationScopeInfo.builder(SCOPE).setVersion(version).build();
        RegistryProducer metrics = new RegistryProducer(scope, Instant.now());
        OpenTelemetrySdk sdk;
        // Before Java 21 the JDK's HTTP client cannot be closed: its threads end some time after it is no longer used.
        // With a class
        // loader of the JDK's they are not taken for threads that a web application has left behind.
        Thread starter = Thread.currentThread();
        ClassLoader before = starter.getContextClassLoader();
        starter.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            sdk = AutoConfiguredOpenTelemetrySdk.builder()
                    .setServiceClassLoader(OtelExport.class.getClassLoader())
                    // The proxy stops in an order of its own.
                    .disableShutdownHook()
                    .addPropertiesCustomizer(given -> overriding(config, given))
                    .addResourceCustomizer((resource, given) -> Resource.create(
                                    Attributes.of(AttributeKey.stringKey("service.version"), version))
                            .merge(resource))
                    .addMeterProviderCustomizer((provider, given) -> provider.registerMetricProducer(metrics))
                    .addSpanExporterCustomizer(
                            (exporter, given) -> new WatchedSpanExporter(exporter, health("traces", given)))
                    .addMetricExporterCustomizer(
                            (exporter, given) -> new WatchedMetricExporter(exporter, health("metrics", given)))
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException("OpenTelemetry: " + e.getMessage(), e);
        } finally {
            starter.setContextClassLoader(before);
        }
        LoadSpans loads = new LoadSpans(
                sdk.getTracerProvider()
                        .tracerBuilder(SCOPE)
                        .setInstrumentationVersion(version)
                        .build(),
                sdk.getPropagators().getTextMapPropagator(),
                database);
        return new OtelExport(sdk, metrics, loads);
    }

    /** Returns what goes before the variables: without it, all signals would be sent by gRPC to this machine. */
    private static Map<String, String> overriding(OtelConfig config, ConfigProperties given) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "otel.traces.exporter",
                exporter(config.traces()),
                "otel.metrics.exporter",
                exporter(config.metrics()),
                "otel.logs.exporter",
                exporter(/* isSent= */ false),
                "otel.exporter.otlp.protocol",
                OtelConfig.PROTOCOL,
                "otel.exporter.otlp.traces.protocol",
                OtelConfig.PROTOCOL,
                "otel.exporter.otlp.metrics.protocol",
                OtelConfig.PROTOCOL));
        if (given.getString(NAME_PROPERTY, "").isBlank()
                && !given.getMap("otel.resource.attributes").containsKey("service.name")) {
            properties.put(NAME_PROPERTY, SCOPE);
        }
        return properties;
    }

    private static String exporter(boolean isSent) {
        return isSent ? "otlp" : "none";
    }

    private static ExportHealth health(String signal, ConfigProperties given) {
        String endpoint = given.getString("otel.exporter.otlp." + signal + ".endpoint");
        if (endpoint == null) {
            endpoint = given.getString("otel.exporter.otlp.endpoint", "http://localhost:4318");
        }
        URI uri = URI.create(endpoint);
        // Without a password or a token that it may hold.
        return new ExportHealth(
                signal, uri.getScheme() + "://" + uri.getRawAuthority().replaceFirst("^.*@", ""), System::nanoTime);
    }

    /** Returns what makes a span of each load. */
    public LoadObserver loads() {
        return loads;
    }

    /** Sends the metrics of this registry from now on; before none are sent. */
    public void read(PrometheusRegistry registry) {
        metrics.read(registry);
    }

    /** Sends what is left, for a bounded time, and ends all threads. Blocks. */
    @Override
    public void close() {
        // The library waits for some seconds before it returns what could be waited for.
        Thread end = new Thread(
                () -> sdk.shutdown().join(FLUSH_LIMIT.toMillis(), TimeUnit.MILLISECONDS), "redis-proxy-telemetry-end");
        end.setDaemon(true);
        end.start();
        try {
            end.join(FLUSH_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
