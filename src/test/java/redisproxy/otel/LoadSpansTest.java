package redisproxy.otel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.LoadReport;

final class LoadSpansTest {
    private static final Instant BEGIN = Instant.ofEpochSecond(1_700_000_000, 123_456_789);
    private static final Duration TOOK = Duration.ofMillis(30);
    private static final Duration ASKED = Duration.ofMillis(10);

    private final List<SpanData> spans = new ArrayList<>();
    private final SdkTracerProvider provider = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new SpanExporter() {
                @Override
                public CompletableResultCode export(Collection<SpanData> ended) {
                    spans.addAll(ended);
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode flush() {
                    return CompletableResultCode.ofSuccess();
                }

                @Override
                public CompletableResultCode shutdown() {
                    return CompletableResultCode.ofSuccess();
                }
            }))
            .build();
    private final LoadSpans loads = new LoadSpans(provider.get("test"), W3CTraceContextPropagator.getInstance(), 7);

    @AfterEach
    void close() {
        provider.close();
    }

    @Test
    void hasTheTimesOfTheLoad() {
        SpanData span = spanOf("10.0.0.1:6379", ASKED, null, null);
        assertThat(span.getStartEpochNanos()).isEqualTo(nanos(BEGIN));
        assertThat(span.getEndEpochNanos()).isEqualTo(nanos(BEGIN.plus(TOOK)));
        assertThat(span.getEvents()).hasSize(1).allSatisfy(event -> {
            assertThat(event.getName()).isEqualTo("sent");
            assertThat(event.getEpochNanos()).isEqualTo(nanos(BEGIN.plusMillis(20)));
        });
        assertThat(text(span, "db.namespace")).isEqualTo("7");
    }

    @Test
    void namesNoServerIfItWasNotSent() {
        SpanData span = spanOf(null, null, BackingStoreException.unavailable("Redis does not answer", null), null);
        assertThat(span.getName()).isEqualTo("GET");
        assertThat(span.getEvents()).isEmpty();
        assertThat(text(span, "server.address")).isNull();
        assertThat(text(span, "error.type")).isEqualTo("unavailable");
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription()).isEqualTo("Redis does not answer");
    }

    @Test
    void namesAnAddressOfIpv6WithoutBrackets() {
        SpanData span = spanOf("[::1]:6380", ASKED, null, null);
        assertThat(span.getName()).isEqualTo("GET [::1]:6380");
        assertThat(text(span, "server.address")).isEqualTo("::1");
        assertThat(span.getAttributes().get(AttributeKey.longKey("server.port")))
                .isEqualTo(6380);
    }

    @Test
    void tellsTheCodeOfAnErrorReplyAndNotItsText() {
        String reply = "ERR unknown command 'GET', with args beginning with: 'secret-key'";
        SpanData span = spanOf("h:1", ASKED, BackingStoreException.errorReply(reply), null);
        assertThat(text(span, "db.response.status_code")).isEqualTo("ERR");
        assertThat(text(span, "error.type")).isEqualTo("ERR");
        assertThat(span.toString()).doesNotContain("secret-key");
    }

    @Test
    void tellsTheTypeOfWhatCausedAFailure() {
        Exception cause = new IllegalStateException(new SocketTimeoutException("Read timed out"));
        SpanData span = spanOf("h:1", ASKED, BackingStoreException.unavailable("no answer in 2 s", cause), null);
        assertThat(text(span, "error.type")).isEqualTo("java.net.SocketTimeoutException");
    }

    @Test
    void belongsToTheTraceOfTheRequest() {
        SpanData span = spanOf("h:1", ASKED, null, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(span.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    }

    private SpanData spanOf(String server, Duration asked, BackingStoreException cause, String traceContext) {
        loads.finished(new LoadReport(
                "secret-key".getBytes(UTF_8),
                BEGIN,
                TOOK.toNanos(),
                asked == null ? -1 : asked.toNanos(),
                cause == null ? LoadReport.Outcome.VALUE : LoadReport.Outcome.FAILED,
                cause == null ? 5 : 0,
                cause,
                server,
                null,
                traceContext));
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static String text(SpanData span, String attribute) {
        return span.getAttributes().get(AttributeKey.stringKey(attribute));
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
