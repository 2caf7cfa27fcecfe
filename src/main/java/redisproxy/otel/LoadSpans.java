package redisproxy.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.LoadObserver;
import redisproxy.cache.LoadReport;

/**
 * Makes a span of each load, by OpenTelemetry's conventions for clients of Redis. Never tells the key. Thread-safe; does not block.
 */
final class LoadSpans implements LoadObserver {
    private static final String OPERATION = "GET";
    private static final String TRACE_PARENT = "traceparent";

    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> OPERATION_NAME = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> NAMESPACE = AttributeKey.stringKey("db.namespace");
    private static final AttributeKey<String> STATUS_CODE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");

    /** The conventions have no name for it. */
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("redis_proxy.load.result");

    /** Reads the one field that a report has from it. */
    private static final TextMapGetter<String> FIELDS =
            (traceContext, field) -> TRACE_PARENT.equalsIgnoreCase(field) ? traceContext : null;

    private final Tracer tracer;
    private final TextMapPropagator propagator;
    private final String database;

    /**
     * @param propagator reads the trace that a request belongs to
     * @param database the index of the database that keys are read from
     */
    LoadSpans(Tracer tracer, TextMapPropagator propagator, int database) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.database = Integer.toString(database);
    }

    @Override
    public void finished(LoadReport report) {
        String server = report.server();
        SpanBuilder builder = tracer.spanBuilder(server == null ? OPERATION : OPERATION + " " + server)
                .setSpanKind(SpanKind.CLIENT)
                .setParent(parent(report.traceContext()))
                .setStartTimestamp(report.started())
                .setAttribute(SYSTEM, "redis")
                .setAttribute(OPERATION_NAME, OPERATION)
                .setAttribute(NAMESPACE, database);
        if (server != null) {
            setServer(builder, server);
        }
        Span span = builder.startSpan();
        if (span.isRecording()) {
            describe(span, report);
        }
        span.end(report.started().plusNanos(report.tookNanos()));
    }

    private Context parent(@Nullable String traceContext) {
        return traceContext == null ? Context.root() : propagator.extract(Context.root(), traceContext, FIELDS);
    }

    /** Tells host and port apart; an IPv6 address loses its brackets. */
    private static void setServer(SpanBuilder builder, String server) {
        int colon = server.lastIndexOf(':');
        String host = colon < 0 ? server : server.substring(0, colon);
        builder.setAttribute(
                SERVER_ADDRESS,
                host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host);
        if (colon >= 0) {
            builder.setAttribute(SERVER_PORT, Long.valueOf(server.substring(colon + 1)));
        }
    }

    private static void describe(Span span, LoadReport report) {
        span.setAttribute(RESULT, report.outcome().name().toLowerCase(Locale.ROOT));
        if (report.askedNanos() >= 0) {
            Instant sent = report.started().plusNanos(report.tookNanos() - report.askedNanos());
            span.addEvent("sent", sent);
        }
        BackingStoreException cause = report.cause();
        if (cause == null) {
            return;
        }
        if (cause.isErrorReply()) {
            // Its text may repeat what was asked, and with it the key.
            String code = code(cause.getMessage());
            span.setAttribute(STATUS_CODE, code);
            span.setAttribute(ERROR_TYPE, code);
            span.setStatus(StatusCode.ERROR);
        } else {
            span.setAttribute(ERROR_TYPE, type(cause));
            span.setStatus(StatusCode.ERROR, cause.getMessage());
        }
    }

    /** Returns the first word of an error reply. */
    private static String code(String reply) {
        int space = reply.indexOf(' ');
        return space < 0 ? reply : reply.substring(0, space);
    }

    private static String type(BackingStoreException cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == cause ? "unavailable" : root.getClass().getName();
    }
}
