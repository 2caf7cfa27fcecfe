package redisproxy.admin.metrics;

/** A component's figures as metrics. Thread-safe. */
interface MetricSource {
    /** Adds the metrics at present, each family once, whether or not it has any value. Must not block. */
    void addTo(Families families);
}
