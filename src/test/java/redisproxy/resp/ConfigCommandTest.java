package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

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

    private String execute(String... words) {
        return commands.execute(words);
    }
}
