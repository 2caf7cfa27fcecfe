package redisproxy.otel;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;

/** One family of metrics with its points. Immutable. */
record Family(Resource resource, Naming naming, MetricDataType type, Data<?> data, InstrumentationScopeInfo scope)
        implements MetricData {

    /**
     * What a family is called.
     *
     * @param name the name that it has in Prometheus's text format
     * @param unit by the Unified Code for Units of Measure; empty if there is none
     */
    record Naming(String name, String description, String unit) {}

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return scope;
    }

    @Override
    public String getName() {
        return naming.name();
    }

    @Override
    public String getDescription() {
        return naming.description();
    }

    @Override
    public String getUnit() {
        return naming.unit();
    }

    @Override
    public MetricDataType getType() {
        return type;
    }

    @Override
    public Data<?> getData() {
        return data;
    }
}
