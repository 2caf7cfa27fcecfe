package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HandshakeCommandsTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void helloDescribesTheServer() {
        String version2 = """
                *14
                $6
                server
                $5
                redis
                $7
                version
                $5
                7.2.4
                $5
                proto
                :2
                $2
                id
                :1
                $4
                mode
                $10
                standalone
                $4
                role
                $6
                master
                $7
                modules
                *0
                """.replace("\n", "\r\n");
        String version3 = version2.replace("*14", "%7").replace(":2", ":3");
        assertThat(execute("hello")).isEqualTo(version2);
        assertThat(execute("hello", "3")).isEqualTo(version3);
        assertThat(execute("hello")).isEqualTo(version3);
        assertThat(execute("hello", "2")).isEqualTo(version2);
    }

    @Test
    void helloTakesItsOptions() {
        assertThat(execute("hello", "3", "AUTH", "default", "any", "SETNAME", "me"))
                .startsWith("%7\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$2\r\nme\r\n");
        assertThat(execute("hello", "3", "setname", "", "setname", "x")).startsWith("%7\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$1\r\nx\r\n");
    }

    @Test
    void authTakesTheDefaultUser() {
        assertThat(execute("auth", "default", "any")).isEqualTo("+OK\r\n");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
