package redisproxy.otel;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** An exporter of spans whose failures are logged. Immutable. */
record WatchedSpanExporter(SpanExporter exporter, ExportHealth health) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        return health.watch(exporter.export(spans));
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
