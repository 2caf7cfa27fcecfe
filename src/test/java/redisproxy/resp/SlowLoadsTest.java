package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.cache.Asker;
import redisproxy.cache.LoadReport;

/** SLOWLOG and LATENCY about loads: SLOWLOG keeps three of 1 ms or longer here, LATENCY those of 10 ms or longer. */
final class SlowLoadsTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final Asker CLIENT = new Asker("10.0.0.9:4000", "reader");

    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    /* --------------- SLOWLOG --------------- */

    @Test
    void keepsWhatWasSlow() {
        load("fast", Duration.ofNanos(999_999), CLIENT);
        load("slow", Duration.ofMillis(1), CLIENT);
        assertThat(execute("slowlog", "len")).isEqualTo(":1\r\n");
        assertThat(execute("slowlog", "get"))
                .isEqualTo("*1\r\n*6\r\n:0\r\n:" + NOON.getEpochSecond() + "\r\n:1000\r\n"
                        + "*2\r\n$3\r\nGET\r\n$4\r\nslow\r\n$13\r\n10.0.0.9:4000\r\n$6\r\nreader\r\n");
    }

    @Test
    void keepsTheLastOnes() {
        for (int i = 0; i < 5; i++) {
            load("k" + i, Duration.ofMillis(5), CLIENT);
        }
        assertThat(execute("slowlog", "len")).isEqualTo(":3\r\n");
        assertThat(execute("slowlog", "get", "-1"))
                .startsWith("*3\r\n*6\r\n:4\r\n")
                .contains("k4", "k3", "k2");
        assertThat(execute("slowlog", "get", "2")).startsWith("*2\r\n*6\r\n:4\r\n");
        assertThat(execute("slowlog", "get", "0")).isEqualTo("*0\r\n");
        assertThat(execute("slowlog", "reset")).isEqualTo("+OK\r\n");
        assertThat(execute("slowlog", "get")).isEqualTo("*0\r\n");
        load("k", Duration.ofMillis(5), CLIENT);
        assertThat(execute("slowlog", "get")).startsWith("*1\r\n*6\r\n:5\r\n");
    }

    @Test
    void cutsLongKeysOff() {
        load("x".repeat(128), Duration.ofMillis(5), CLIENT);
        load("y".repeat(130), Duration.ofMillis(5), CLIENT);
        assertThat(execute("slowlog", "get"))
                .contains("$128\r\n" + "x".repeat(128) + "\r\n", "y".repeat(128) + "... (2 more bytes)\r\n");
    }

    @Test
    void keysAreBytes() {
        finish(new byte[] {(byte) 0xff, 0, '\r'}, Duration.ofMillis(5), CLIENT);
        assertThat(execute("slowlog", "get")).contains("$3\r\n\u00ff\0\r\r\n");
    }

    @Test
    void nobodyWaitsForARenewal() {
        load("k", Duration.ofMillis(5), null);
        assertThat(execute("slowlog", "get")).endsWith("$3\r\n?:0\r\n$0\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "slowlog get x~-ERR count should be greater than or equal to -1",
                "slowlog get -2~-ERR count should be greater than or equal to -1",
                "slowlog get 1 2~-ERR unknown subcommand or wrong number of arguments for 'get'. Try SLOWLOG HELP.",
                "slowlog len x~-ERR wrong number of arguments for 'slowlog|len' command",
                "slowlog nope~-ERR unknown subcommand 'nope'. Try SLOWLOG HELP.",
                "slowlog~-ERR wrong number of arguments for 'slowlog' command",
                "latency history~-ERR wrong number of arguments for 'latency|history' command",
                "latency nope~-ERR unknown subcommand 'nope'. Try LATENCY HELP."
            })
    void errorsOfRedis(String request, String error) {
        assertThat(execute(request.split(" ", -1))).isEqualTo(error + "\r\n");
    }

    @Test
    void keepsNothingWhenItIsOff() {
        for (SlowLoads off : new SlowLoads[] {
            new SlowLoads(new SlowLoadConfig(SlowLoadConfig.OFF, 10, 0)), new SlowLoads(new SlowLoadConfig(0, 0, 0))
        }) {
            off.finished(report("k".getBytes(StandardCharsets.US_ASCII), Duration.ofHours(1), CLIENT));
            assertThat(off.log().length()).isZero();
            assertThat(off.latency().history().samples()).isEmpty();
        }
    }

    @Test
    void zeroKeepsEachLoad() {
        SlowLoads all = new SlowLoads(new SlowLoadConfig(0, 10, 0));
        all.finished(report("k".getBytes(StandardCharsets.US_ASCII), Duration.ZERO, CLIENT));
        assertThat(all.log().length()).isEqualTo(1);
    }

    @Test
    void boundsAreNamed() {
        assertThatThrownBy(() -> new SlowLoadConfig(-2, 0, 0))
                .hasMessageContaining("slowlogMicros: -2 (expected: -1 to");
        assertThatThrownBy(() -> new SlowLoadConfig(0, 10_001, 0))
                .hasMessage("slowlogMaxLength: 10001 (expected: 0 to 10000)");
        assertThatThrownBy(() -> new SlowLoadConfig(0, 0, -1)).hasMessageContaining("latencyThresholdMillis: -1");
    }

    /* --------------- LATENCY --------------- */

    @Test
    void keepsWhatTookLongByTheSecond() {
        load("fast", Duration.ofMillis(9), CLIENT);
        assertThat(execute("latency", "latest")).isEqualTo("*0\r\n");
        assertThat(execute("latency", "history", "load")).isEqualTo("*0\r\n");
        load("k", Duration.ofMillis(30), CLIENT);
        load("k", Duration.ofMillis(20), CLIENT);
        commands.slowLoads.finished(report(NOON.plusSeconds(2), new byte[0], Duration.ofMillis(12), CLIENT));
        long noon = NOON.getEpochSecond();
        assertThat(execute("latency", "latest"))
                .isEqualTo("*1\r\n*4\r\n$4\r\nload\r\n:%d\r\n:12\r\n:30\r\n".formatted(noon + 2));
        assertThat(execute("latency", "history", "load"))
                .isEqualTo("*2\r\n*2\r\n:%d\r\n:30\r\n*2\r\n:%d\r\n:12\r\n".formatted(noon, noon + 2));
        assertThat(execute("latency", "history", "command")).isEqualTo("*0\r\n");
        assertThat(execute("latency", "reset", "command")).isEqualTo(":0\r\n");
        assertThat(execute("latency", "reset", "command", "load")).isEqualTo(":1\r\n");
        assertThat(execute("latency", "reset")).isEqualTo(":0\r\n");
        assertThat(execute("latency", "latest")).isEqualTo("*0\r\n");
    }

    @Test
    void historyIsBounded() {
        for (int i = 0; i < 200; i++) {
            commands.slowLoads.finished(report(NOON.plusSeconds(i), new byte[0], Duration.ofMillis(500L - i), CLIENT));
        }
        assertThat(execute("latency", "history", "load")).startsWith("*160\r\n");
        assertThat(execute("latency", "latest")).endsWith(":301\r\n:500\r\n");
    }

    @Test
    void doctorTellsWhatToDo() {
        assertThat(execute("latency", "doctor")).contains("No load took 10 ms or longer");
        load("k", Duration.ofMillis(30), CLIENT);
        commands.slowLoads.finished(report(NOON.plusSeconds(4), new byte[0], Duration.ofMillis(50), CLIENT));
        assertThat(execute("latency", "doctor"))
                .contains(
                        "load: 2 latency spikes (average 40 ms, mean deviation 10 ms, period 2.00 s). Worst of all: 50 ms.")
                .contains("SLOWLOG GET", "REDIS_POOL_SIZE");
        assertThat(LatencyDoctor.report(new LatencyMonitor(0)))
                .contains("CONFIG SET latency-monitor-threshold", "LATENCY_MONITOR_THRESHOLD");
    }

    private void load(String key, Duration took, Asker asker) {
        finish(key.getBytes(StandardCharsets.US_ASCII), took, asker);
    }

    private void finish(byte[] key, Duration took, Asker asker) {
        commands.slowLoads.finished(report(key, took, asker));
    }

    private static LoadReport report(byte[] key, Duration took, Asker asker) {
        return report(NOON, key, took, asker);
    }

    private static LoadReport report(Instant ended, byte[] key, Duration took, Asker asker) {
        return new LoadReport(
                key,
                ended.minus(took),
                took.toNanos(),
                took.toNanos(),
                LoadReport.Outcome.VALUE,
                1,
                null,
                "10.0.0.1:6379",
                asker,
                null);
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
