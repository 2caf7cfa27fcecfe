package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConfigCommandTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void getTakesPatterns() {
        assertThat(execute("config", "get", "maxclients")).isEqualTo("*2\r\n$10\r\nmaxclients\r\n$1\r\n7\r\n");
        assertThat(execute("config", "get", "SAVE", "append*"))
                .isEqualTo("*4\r\n$10\r\nappendonly\r\n$2\r\nno\r\n$4\r\nSAVE\r\n$0\r\n\r\n");
        assertThat(execute("config", "get", "nonsense")).isEqualTo("*0\r\n");
        execute("hello", "3");
        assertThat(execute("config", "get", "port", "p?rt")).isEqualTo("%1\r\n$4\r\nport\r\n$4\r\n5010\r\n");
        assertThat(execute("config", "get", "*")).startsWith("%11\r\n").contains("$3\r\nttl\r\n$2\r\n60\r\n");
    }

    @Test
    void setAnswersAsRedis() {
        assertThat(execute("config", "set", "TTL", "5")).isEqualTo("+OK\r\n");
        assertThat(commands.settings).containsExactly(Map.entry("ttl", "5"));
        assertThat(execute(
                        "config", "set", "maxmemory", "1mb", "MaxClients", "5", "timeout", "7", "loglevel", "Notice"))
                .isEqualTo("+OK\r\n");
        assertThat(commands.settings)
                .containsExactly(
                        Map.entry("cache-max-bytes", "1mb"),
                        Map.entry("idle-timeout", "7"),
                        Map.entry("log-level", "INFO"),
                        Map.entry("max-connections", "5"));
    }

    @Test
    void setRefusesAsRedis() {
        assertThat(execute("config", "set", "ttl", "5", "x")).isEqualTo("-ERR syntax error\r\n");
        assertThat(execute("config", "set", "Foo", "5"))
                .isEqualTo("-ERR Unknown option or number of arguments for CONFIG SET - 'Foo'\r\n");
        assertThat(execute("config", "set", "ttl", "5", "TTL", "6"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'TTL') - duplicate parameter\r\n");
        assertThat(execute("config", "set", "maxclients", "5", "max-connections", "6"))
                .contains("(possibly related to argument 'max-connections') - duplicate parameter");
        assertThat(execute("config", "set", "Port", "5"))
                .isEqualTo(
                        "-ERR CONFIG SET failed (possibly related to argument 'Port') - can't set immutable config\r\n");
        assertThat(execute("config", "set", "timeout", "never"))
                .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'timeout') - no never\r\n");
        assertThat(execute("config", "set", "ttl", "5".repeat(20_000))).contains("too long: 20000 bytes");
        assertThat(execute("config", "rewrite"))
                .startsWith(
                        "-ERR unknown subcommand 'rewrite'. Try CONFIG HELP. This is a read-through proxy, which writes no");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
