package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;

/** INFO commandstats, errorstats and latencystats, LATENCY HISTOGRAM, and CONFIG RESETSTAT. */
final class CommandInfoTest {
    private static final long MICRO = 1000;

    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void nothingHasBeenCounted() {
        assertThat(execute("info", "commandstats")).isEqualTo("$16\r\n# Commandstats\r\n\r\n");
        assertThat(execute("info", "errorstats")).isEqualTo("$14\r\n# Errorstats\r\n\r\n");
    }

    @Test
    void callsAndTime() {
        CommandFigures get = commands.figures.of("get");
        times(90, () -> get.count(CommandResult.HIT, 10 * MICRO, /* times= */ 1, null));
        get.count(CommandResult.MISS, 1000 * MICRO, /* times= */ 1, null);
        get.count(CommandResult.ERROR, 0, /* times= */ 1, "WRONGTYPE");
        get.count(CommandResult.REFUSED, 7, /* times= */ 1, "ERR");
        commands.figures.of("client|list").count(CommandResult.OK, 5 * MICRO, /* times= */ 1, null);
        assertThat(execute("info", "commandstats"))
                .containsPattern(
                        "cmdstat_client\\|list:calls=1,usec=[45],usec_per_call=[45]\\.00,rejected_calls=0,failed_calls=0\r\n")
                .containsPattern(
                        "cmdstat_get:calls=92,usec=19\\d\\d,usec_per_call=2\\d\\.\\d\\d,rejected_calls=1,failed_calls=1\r\n");
        assertThat(execute("info", "errorstats"))
                .contains("\r\n# Errorstats\r\nerrorstat_ERR:count=1\r\nerrorstat_WRONGTYPE:count=1\r\n");
        assertThat(execute("info", "latencystats"))
                .contains("\r\n# Latencystats\r\n")
                .containsPattern(
                        "\r\nlatency_percentiles_usec_client\\|list:p50=5\\.\\d{3},p99=5\\.\\d{3},p99.9=5\\.\\d{3}\r\n")
                .containsPattern(
                        "\r\nlatency_percentiles_usec_get:p50=10\\.\\d{3},p99=\\d+\\.\\d{3},p99.9=\\d+\\.\\d{3}\r\n");
    }

    @Test
    void requestsAreCounted() {
        execute("ping");
        execute("nonsense");
        execute("select", "99");
        commands.store.refuse("list", BackingStoreException.notAString("WRONGTYPE no string"));
        commands.executeLater("get", "list");
        assertThat(execute("info", "commandstats"))
                .containsPattern(
                        "cmdstat_ping:calls=1,usec=\\d+,usec_per_call=\\d+\\.\\d\\d,rejected_calls=0,failed_calls=0")
                .contains("cmdstat_unknown:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0\r\n")
                .containsPattern("cmdstat_get:calls=1,.*,failed_calls=1");
        assertThat(execute("info", "errorstats"))
                .contains("errorstat_ERR:count=2\r\n", "errorstat_WRONGTYPE:count=1\r\n");
    }

    @Test
    void sectionsThatGrowAreShownOnRequest() {
        assertThat(execute("info")).contains("# Errorstats").doesNotContain("# Commandstats", "# Latencystats");
        assertThat(execute("info", "default")).doesNotContain("# Commandstats");
        assertThat(execute("info", "default", "commandstats")).contains("# Server", "# Commandstats");
        for (String all : List.of("all", "everything")) {
            assertThat(execute("info", all)
                            .lines()
                            .filter(line -> line.startsWith("# "))
                            .toList())
                    .containsSubsequence("# Modules", "# Commandstats", "# Errorstats", "# Latencystats", "# Cluster");
        }
    }

    @Test
    void histogramsInTheShapeOfRedis() {
        times(5, () -> commands.figures.of("get").count(CommandResult.HIT, 3 * MICRO, /* times= */ 1, null));
        commands.figures.of("get").count(CommandResult.MISS, 40 * MICRO, /* times= */ 1, null);
        commands.figures.of("client|list").count(CommandResult.OK, 60 * MICRO, /* times= */ 1, null);
        commands.figures.of("client|id").count(CommandResult.OK, MICRO, /* times= */ 1, null);
        String get = "$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:6\r\n$14\r\nhistogram_usec\r\n*4\r\n:4\r\n:5\r\n:66\r\n:6\r\n";
        String id = "$9\r\nclient|id\r\n*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:1\r\n:1\r\n";
        String list = "$11\r\nclient|list\r\n*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:66\r\n:1\r\n";
        assertThat(execute("latency", "histogram", "GET", "nope")).isEqualTo("*2\r\n" + get);
        assertThat(execute("latency", "histogram", "client")).isEqualTo("*4\r\n" + id + list);
        assertThat(execute("latency", "histogram", "client|list")).isEqualTo("*2\r\n" + list);
        assertThat(execute("latency", "histogram")).contains(id, list, get);
        execute("hello", "3");
        assertThat(execute("latency", "histogram", "get"))
                .isEqualTo(lines("%1", "$3", "get", "%2", "$5", "calls", ":6", "$14", "histogram_usec", "%2")
                        + lines(":4", ":5", ":66", ":6"));
    }

    @Test
    void histogramOfTheLongest() {
        commands.figures.of("get").count(CommandResult.MISS, Duration.ofDays(1).toNanos(), /* times= */ 1, null);
        assertThat(execute("latency", "histogram", "get"))
                .contains("histogram_usec\r\n*2\r\n")
                .endsWith(":1\r\n");
    }

    @Test
    void resetBeginsAnew() {
        commands.figures.of("get").count(CommandResult.MISS, 1000 * MICRO, /* times= */ 1, "ERR");
        commands.registry.countRejected();
        assertThat(execute("config", "resetstat")).isEqualTo("+OK\r\n");
        assertThat(execute("info", "stats"))
                .contains("total_commands_processed:1\r\n", "rejected_connections:0\r\n", "keyspace_hits:0\r\n")
                .contains("total_connections_received:0\r\n");
        assertThat(execute("info", "commandstats"))
                .doesNotContain("cmdstat_get")
                .contains("cmdstat_config|resetstat");
        assertThat(execute("info", "errorstats")).doesNotContain("errorstat_");
        assertThat(execute("latency", "histogram", "get")).isEqualTo("*0\r\n");
        commands.figures.of("get").count(CommandResult.HIT, 20 * MICRO, /* times= */ 1, null);
        assertThat(execute("info", "commandstats")).contains("cmdstat_get:calls=1,usec=20,");
        assertThat(execute("latency", "histogram", "get")).contains("calls\r\n:1\r\n");
        assertThat(execute("info", "clients")).contains("connected_clients:1\r\n");
        // What others read is not reset.
        assertThat(commands.figures.of("get").stats(true).requests()).isEqualTo(2);
        assertThat(commands.figures.commands("get"::equals))
                .anySatisfy(each -> assertThat(each.durations().count()).isEqualTo(2));
        assertThat(commands.figures.commands("none"::equals))
                .anySatisfy(each -> assertThat(each.requests()).isEqualTo(2))
                .allSatisfy(each -> assertThat(each.durations().count()).isZero());
    }

    private static void times(int times, Runnable action) {
        for (int i = 0; i < times; i++) {
            action.run();
        }
    }

    private String execute(String... words) {
        return commands.execute(words);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
