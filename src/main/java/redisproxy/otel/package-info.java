/**
 * OpenTelemetry: the metrics and a span for each load, sent to a collector. Its classes, but for {@link redisproxy.otel.OtelConfig},
 * are loaded only if something is to be sent.
 */
@NullMarked
package redisproxy.otel;

import org.jspecify.annotations.NullMarked;
