package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.auth.Users;
import redisproxy.fixtures.TestUsers;

final class HotKeysCommandTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void reportsTheKeysWithTheMostBytes() {
        assertThat(execute("HOTKEYS GET")).isEqualTo("$-1 ");
        assertThat(execute("HOTKEYS START metrics 1 net COUNT 2")).isEqualTo("+OK ");
        record("a", 10, 99);
        record("b", 1, 9_999);
        record("c", 1, 1);
        assertThat(execute("HOTKEYS GET"))
                .startsWith("*1 *16 $15 tracking-active :1 $12 sample-ratio :1 $14 selected-slots *1 *2 :0 :16383 $32"
                        + " net-bytes-all-commands-all-slots :11002 $29 collection-start-time-unix-ms :")
                .endsWith("$15 total-net-bytes :11002 $12 by-net-bytes *4 $1 b :10000 $1 a :1000 ");
        assertThat(execute("HOTKEYS STOP")).isEqualTo("+OK ");
        assertThat(execute("HOTKEYS STOP")).isEqualTo("$-1 ");
        execute("HELLO 3");
        assertThat(execute("HOTKEYS GET")).startsWith("*1 %8 $15 tracking-active :0 ");
        assertThat(execute("HOTKEYS RESET")).isEqualTo("+OK ");
        assertThat(execute("HOTKEYS GET")).isEqualTo("_ ");
    }

    @Test
    void dividesBytesByTheRatioThatWasAskedFor() {
        execute("HOTKEYS START METRICS 2 CPU NET SAMPLE 10 DURATION 60");
        record("a", 10, 99);
        assertThat(execute("HOTKEYS GET"))
                .contains("$12 sample-ratio :10 ", " net-bytes-all-commands-all-slots :1000 ")
                .endsWith(" total-net-bytes :100 $12 by-net-bytes *2 $1 a :100 ");
    }

    /** As tests/unit/hotkeys.tcl of Redis has it, but for CPU. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "START | METRICS parameter is required",
                "START COUNT 5 | METRICS parameter is required",
                "START METRICS | METRICS parameter is required",
                "START METRICS 0 | METRICS count must be > 0 and <= 2",
                "START METRICS -1 | METRICS count must be > 0 and <= 2",
                "START METRICS 3 CPU NET | METRICS count must be > 0 and <= 2",
                "START METRICS 2 NET | METRICS count does not match number of metric types provided",
                "START METRICS 1 NET CPU | syntax error",
                "START METRICS 1 GPU | METRICS no valid metrics passed. Supported: NET",
                "START METRICS 2 NET NET | METRICS NET defined more than once!",
                "START METRICS 2 CPU CPU | METRICS CPU defined more than once!",
                "START METRICS 1 NET COUNT 0 | COUNT must be between 1 and 64",
                "START METRICS 1 NET COUNT 65 | COUNT must be between 1 and 64",
                "START METRICS 1 NET COUNT | syntax error",
                "START METRICS 1 NET DURATION 0 | DURATION must be between 1 and 1000000",
                "START METRICS 1 NET SAMPLE 0 | SAMPLE ratio must be positive",
                "START METRICS 1 NET SLOTS 2 0 5 | SLOTS parameter cannot be used in non-cluster mode",
                "START METRICS 1 CPU | METRICS CPU: this proxy does not measure the time that a key costs (expected: NET, or"
                        + " CACHE HOTKEYS for the number of accesses)",
            })
    void refusesAsRedis(String words, String error) {
        assertThat(execute("HOTKEYS " + words)).isEqualTo("-ERR " + error + " ");
        assertThat(execute("HOTKEYS GET")).isEqualTo("$-1 ");
    }

    @Test
    void refusesWhatDoesNotFitTheSession() {
        execute("HOTKEYS START METRICS 2 GPU NET");
        assertThat(execute("HOTKEYS START METRICS 1 NET"))
                .isEqualTo("-ERR hotkey tracking session already in progress ");
        assertThat(execute("HOTKEYS RESET"))
                .isEqualTo("-ERR hotkey tracking session in progress, stop tracking first ");
    }

    @Test
    void cacheHotKeysTellsAccessesShareAndError() {
        assertThat(execute("CACHE HOTKEYS")).isEqualTo("*0 ");
        record("a", 2, 0);
        record("b", 1, 0);
        assertThat(execute("CACHE HOTKEYS")).isEqualTo("*2 *4 $1 a :2 $5 66.67 :0 *4 $1 b :1 $5 33.33 :0 ");
        assertThat(execute("CACHE HOTKEYS 1")).startsWith("*1 ");
        assertThat(execute("CACHE HOTKEYS 0"))
                .isEqualTo("-ERR count: '0' is not accepted (expected: a whole number from 1 to 1000) ");
        assertThat(execute("CACHE HOTKEYS 1 2")).startsWith("-ERR wrong number of arguments for 'cache|hotkeys'");
    }

    @Test
    void cachePrefixesTellsAccessesAndHits() {
        record("user:1", 3, 1);
        commands.accesses.record(bytes("user:2"), 0, 6, 1, false, 0);
        record("page", 1, 1);
        assertThat(execute("CACHE PREFIXES")).isEqualTo("*2 *4 $5 user: :4 $5 75.00 :0 *4 $0  :1 $6 100.00 :0 ");
    }

    @Test
    void countsTheKeysThatTheUserMaySeeAndNoOthers() {
        execute("HOTKEYS START METRICS 1 NET COUNT 1");
        record("hidden", 9, 9);
        record("page", 8, 8);
        record("app:1", 2, 2);
        record("app:2", 1, 1);
        Users users = TestUsers.of("user bob on >x +@all ~app:*");
        commands.authority.replace(users);
        commands.session.become(users.login("bob", bytes("x"), /* isLocal= */ false));
        assertThat(execute("CACHE HOTKEYS 1")).startsWith("*1 *4 $5 app:1 :2 ");
        assertThat(execute("CACHE PREFIXES")).startsWith("*2 *4 $4 app: :3 $6 100.00 :0 *4 $5 other :17 ");
        assertThat(execute("HOTKEYS GET")).endsWith("by-net-bytes *2 $5 app:1 :14 ");
    }

    private void record(String key, int times, int valueBytes) {
        for (int i = 0; i < times; i++) {
            commands.accesses.record(bytes(key), 0, key.length(), 1, true, valueBytes);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the reply with a space for each line end. */
    private String execute(String words) {
        return commands.execute(words.split(" ", -1)).replace("\r\n", " ");
    }
}
