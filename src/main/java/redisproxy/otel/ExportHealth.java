package redisproxy.otel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs whether a collector takes what is sent: one line when it stops doing so, one now and then while that lasts, and one when it does
 * so again. Thread-safe.
 */
final class ExportHealth {
    private static final Logger LOG = LoggerFactory.getLogger(ExportHealth.class);
    private static final Duration REPEATED = Duration.ofMinutes(10);

    private final String what;
    private final String target;
    private final LongSupplier nanoTime;

    /** Attempts that have failed since the last one that did not. */
    @GuardedBy("this")
    private long failures;

    @GuardedBy("this")
    private long failingSince;

    @GuardedBy("this")
    private long toldAt;

    /**
     * @param what what is sent, in the plural
     * @param target the address of the collector
     */
    ExportHealth(String what, String target, LongSupplier nanoTime) {
        this.what = what;
        this.target = target;
        this.nanoTime = nanoTime;
    }

    /** Looks at how an attempt went, once it has ended. */
    CompletableResultCode watch(CompletableResultCode attempt) {
        return attempt.whenComplete(() -> {
            if (attempt.isSuccess()) {
                succeeded();
            } else {
                failed(attempt.getFailureThrowable());
            }
        });
    }

    private synchronized void succeeded() {
        if (failures > 0) {
            LOG.info(
                    "OpenTelemetry: {} takes {} again after {} s; {} attempts had failed",
                    target,
                    what,
                    seconds(nanoTime.getAsLong() - failingSince),
                    failures);
            failures = 0;
        }
    }

    private synchronized void failed(@Nullable Throwable cause) {
        long now = nanoTime.getAsLong();
        failures++;
        if (failures == 1) {
            failingSince = now;
            toldAt = now;
            LOG.warn("OpenTelemetry: {} does not take {} ({}); they are lost until it does", target, what, text(cause));
        } else if (now - toldAt >= REPEATED.toNanos()) {
            toldAt = now;
            LOG.warn(
                    "OpenTelemetry: {} has not taken {} for {} s ({})",
                    target,
                    what,
                    seconds(now - failingSince),
                    text(cause));
        }
    }

    private static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }

    /** Returns one line; what a server says in the body of its answer is not repeated. */
    private static String text(@Nullable Throwable failure) {
        if (failure instanceof FailedExportException.HttpExportException http && http.getResponse() != null) {
            return "HTTP status " + http.getResponse().getStatusCode();
        }
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        if (cause == null) {
            return "no answer in time";
        }
        return cause instanceof RejectedExecutionException
                ? "earlier attempts have not ended"
                : cause.toString().lines().findFirst().orElse("");
    }
}
