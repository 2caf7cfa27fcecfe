package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ExportHealthTest {
    private final Logger logger = Logger.getLogger(ExportHealth.class.getName());
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getLevel() + " " + record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private long now = 17;
    private final ExportHealth health = new ExportHealth("traces", "http://collector:4318", () -> now);

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
    }

    @Test
    void saysWhenFailuresBeginAndEnd() {
        succeed();
        fail(new ConnectException("Connection refused"));
        pass(Duration.ofSeconds(5));
        fail(new ConnectException("Connection refused"));
        pass(Duration.ofSeconds(6));
        succeed();
        succeed();

        assertThat(lines)
                .containsExactly(
                        "WARNING OpenTelemetry: http://collector:4318 does not take traces (java.net.ConnectException:"
                                + " Connection refused); they are lost until it does",
                        "INFO OpenTelemetry: http://collector:4318 takes traces again after 11 s; 2 attempts had"
                                + " failed");
    }

    @Test
    void repeatsItSeldom() {
        for (int second = 0; second < 3_600; second++) {
            fail(new IOException("first line\nsecond line"));
            pass(Duration.ofSeconds(1));
        }
        assertThat(lines)
                .hasSize(6)
                .last()
                .isEqualTo("WARNING OpenTelemetry: http://collector:4318 has not taken traces for 3000 s"
                        + " (java.io.IOException: first line)");
    }

    @Test
    void saysItAnewForEachOutage() {
        fail(null);
        succeed();
        fail(null);
        assertThat(lines).hasSize(3).last().asString().contains("no answer in time");
    }

    private void succeed() {
        health.watch(CompletableResultCode.ofSuccess());
    }

    private void fail(Throwable cause) {
        health.watch(
                cause == null
                        ? CompletableResultCode.ofFailure()
                        : CompletableResultCode.ofExceptionalFailure(new Exception(cause)));
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
