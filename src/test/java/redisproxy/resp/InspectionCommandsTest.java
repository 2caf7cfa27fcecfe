package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InspectionCommandsTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void memoryUsageIsWhatTheEntryTakes() {
        commands.store.put("k", "v".repeat(1000));
        assertThat(execute("MEMORY", "USAGE", "k")).isEqualTo("$-1\r\n");
        commands.executeLater("GET", "k");
        long hits = commands.cache.stats().hits();
        String bytes = ":" + commands.cache.stats().bytes() + "\r\n";
        assertThat(execute("MEMORY", "USAGE", "k")).isEqualTo(bytes);
        assertThat(execute("memory", "usage", "k", "samples", "0")).isEqualTo(bytes);
        assertThat(commands.cache.stats().bytes()).isBetween(1000L, 1200L);
        assertThat(commands.cache.stats().hits()).isEqualTo(hits);
        execute("HELLO", "3");
        assertThat(execute("MEMORY", "USAGE", "absent")).isEqualTo("_\r\n");
    }

    @Test
    void dbSizeCountsCachedValues() {
        assertThat(execute("DBSIZE")).isEqualTo(":0\r\n");
        commands.store.put("k", "v");
        commands.executeLater("GET", "k");
        commands.executeLater("GET", "absent");
        assertThat(execute("DBSIZE")).isEqualTo(":1\r\n");
    }

    @Test
    void thereAreNoModulesAndOneUser() {
        assertThat(execute("MODULE", "LIST")).isEqualTo("*0\r\n");
        assertThat(execute("ACL", "WHOAMI")).isEqualTo("$7\r\ndefault\r\n");
    }

    @Test
    void keysOfMemoryUsageAreFound() {
        assertThat(execute("COMMAND", "GETKEYS", "MEMORY", "USAGE", "k")).isEqualTo("*1\r\n$1\r\nk\r\n");
        assertThat(execute("COMMAND", "INFO", "MEMORY|USAGE"))
                .contains("$12\r\nmemory|usage\r\n:-3\r\n*1\r\n+readonly\r\n:2\r\n:2\r\n:1\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MEMORY USAGE k SAMPLES | ERR syntax error",
                "MEMORY USAGE k SAMPLES -1 | ERR syntax error",
                "MEMORY USAGE k SAMPLE 1 | ERR syntax error",
                "MEMORY DOCTOR | ERR unknown subcommand 'DOCTOR'. Try MEMORY HELP. This is a read-through proxy, whose memory INFO memory tells",
                "ACL SETUSER a | ERR unknown subcommand 'SETUSER'. Try ACL HELP. This is a read-through proxy, whose users are in a file of its own (ACL_FILE): change that",
                "MODULE LOAD x | ERR unknown subcommand 'LOAD'. Try MODULE HELP. This is a read-through proxy, without modules: ask Redis itself",
            })
    void refusesTheRest(String words, String error) {
        assertThat(execute(words.split(" ", -1))).isEqualTo("-" + error + "\r\n");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
