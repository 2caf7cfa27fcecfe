/** The proxy's metrics: what the components' snapshots are called in Prometheus and OpenMetrics. */
@NullMarked
package redisproxy.admin.metrics;

import org.jspecify.annotations.NullMarked;
