package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.measure.Event;
import redisproxy.measure.EventKind;

final class JsonLinesTest {
    private final JsonLines lines = new JsonLines();

    private static LogRecord record(Level level, String message) {
        LogRecord record = new LogRecord(level, message);
        record.setLoggerName("redisproxy.redis.Loader");
        record.setLongThreadID(Thread.currentThread().getId() + 1);
        record.setInstant(Instant.parse("2026-11-27T12:00:00.120Z"));
        return record;
    }

    @Test
    void lineHasTheNamesOfEcs() {
        assertThat(lines.format(record(Level.WARNING, "something"), "redis-proxy-loader-0"))
                .startsWith("{\"@timestamp\":\"2026-11-27T12:00:00.120Z\"")
                .contains("\"log.level\": \"WARN\"", "\"message\":\"something\"", "\"ecs.version\": \"1.2.0\"")
                .contains("\"service.name\":\"redis-proxy\"", "\"log.logger\":\"redisproxy.redis.Loader\"")
                .containsOnlyOnce("\"process.thread.name\":\"redis-proxy-loader-0\"")
                .endsWith("}\n");
    }

    @ParameterizedTest
    @CsvSource({"SEVERE, ERROR", "WARNING, WARN", "INFO, INFO", "CONFIG, DEBUG", "FINE, DEBUG", "FINEST, TRACE"})
    void levelsAreThoseOfTheSetting(String level, String shown) {
        assertThat(lines.format(record(Level.parse(level), "x"), "t")).contains("\"" + shown + "\"");
    }

    @Test
    void failureIsPartOfItsLine() {
        LogRecord record = record(Level.SEVERE, "failed");
        record.setThrown(new IllegalStateException("why\n\"so\""));
        assertThat(lines.format(record, "t"))
                .contains(
                        "\"error.type\":\"java.lang.IllegalStateException\"", "\"error.message\":\"why\\n\\\"so\\\"\"")
                .contains("\"error.stack_trace\":\"")
                .containsOnlyOnce("\n")
                .endsWith("}\n");
    }

    @Test
    void messageEndsNoLine() {
        assertThat(lines.format(record(Level.INFO, "a\r\n{\"message\":\"forged\"}\u0000"), "t\n\""))
                .containsOnlyOnce("\n")
                .contains("\"message\":\"a\\r\\n{\\\"message\\\":\\\"forged\\\"}\\u0000\"")
                .contains("\"process.thread.name\":\"t\\n\\\"\"");
    }

    @Test
    void eventHasFieldsOfItsOwn() {
        Event event = new Event(
                7,
                Instant.parse("2026-11-27T12:00:00Z"),
                EventKind.REDIS_BACK,
                "10.0.0.7:6379",
                "Redis answers again",
                Duration.ofMillis(1_500),
                12);
        assertThat(lines.format(new EventRecord(event), "t"))
                .contains("\"log.level\": \"INFO\"", "\"message\":\"Redis answers again\"")
                .contains("\"log.logger\":\"redisproxy.events\"", "\"event.action\":\"redis-back\"")
                .contains("\"event.sequence\":\"7\"", "\"event.duration\":\"1500000000\"")
                .contains("\"redis_proxy.subject\":\"10.0.0.7:6379\"", "\"redis_proxy.requests\":\"12\"");
    }
}
