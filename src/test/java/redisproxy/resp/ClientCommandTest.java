package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.near.NearStats;
import redisproxy.upstream.PinStats;

final class ClientCommandTest {
    private final ExecutedCommands commands = new ExecutedCommands();
    private final Session session = commands.session;

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void nameCanBeSetAndRemoved() {
        assertThat(execute("client", "getname")).isEqualTo("$-1\r\n");
        assertThat(execute("client", "setname", "me")).isEqualTo("+OK\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$2\r\nme\r\n");
        assertThat(execute("client", "setname", "")).isEqualTo("+OK\r\n");
        execute("hello", "3");
        assertThat(execute("client", "getname")).isEqualTo("_\r\n");
    }

    @Test
    void namesHaveAGreatestLength() {
        String longest = "x".repeat(1024);
        assertThat(execute("client", "setname", longest)).isEqualTo("+OK\r\n");
        assertThat(execute("client", "setinfo", "lib-name", longest)).isEqualTo("+OK\r\n");
        assertThat(execute("client", "setinfo", "lib-ver", longest)).isEqualTo("+OK\r\n");
        assertThat(execute("client", "setname", longest + "x")).startsWith("-ERR");
        assertThat(execute("hello", "2", "setname", longest + "x")).startsWith("-ERR");
        assertThat(execute("client", "getname")).isEqualTo("$1024\r\n" + longest + "\r\n");
        assertThat(execute("hello", "2", "setname", longest)).startsWith("*14\r\n");
    }

    @Test
    void infoShowsNameLibraryAndVersion() {
        execute("client", "setname", "me");
        execute("client", "setinfo", "LIB-NAME", "jedis");
        execute("client", "setinfo", "lib-ver", "8.0.2");
        assertThat(execute("client", "info"))
                .matches("\\$\\d+\r\nid=1 addr=10\\.0\\.0\\.1:1234 laddr=10\\.0\\.0\\.2:5010 fd=-?\\d+ name=me age=\\d+"
                        + " idle=\\d+ flags=N db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0"
                        + " rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=client\\|info user=default"
                        + " redir=-1 resp=2 lib-name=jedis lib-ver=8\\.0\\.2\n\r\n");
        execute("hello", "3");
        assertThat(execute("client", "info")).startsWith("=").contains("\r\ntxt:id=1 ");
    }

    @Test
    void listFiltersByIdAndType() {
        Session other = new Session(commands.registry.nextId(), "x:1", false, "x:2", 2);
        commands.register(other);
        assertThat(execute("client", "list").lines().filter(line -> line.startsWith("id=")))
                .hasSize(2);
        assertThat(execute("client", "list", "ID", Long.toString(other.id), "77"))
                .contains("addr=x:1 ", " db=2 ")
                .doesNotContain("id=1 ");
        assertThat(execute("client", "list", "TYPE", "normal")).contains("id=1 ", "addr=x:1 ");
        assertThat(execute("client", "list", "type", "PUBSUB")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("client", "id")).isEqualTo(":1\r\n");
    }

    @Test
    void acceptsOptionsWithoutAnEffect() {
        assertThat(execute("client", "no-evict", "on")).isEqualTo("+OK\r\n");
        assertThat(execute("client", "no-touch", "OFF")).isEqualTo("+OK\r\n");
    }

    @Test
    void killCountsTheConnectionsThatItCloses() {
        assertThat(execute("client", "kill", "id", "1")).isEqualTo(":0\r\n");
        assertThat(session.isClosing()).isFalse();
        assertThat(execute("client", "kill", "id", "1", "skipme", "no")).isEqualTo(":1\r\n");
        assertThat(session.isClosing()).isTrue();
        assertThat(commands.registry
                        .stats(List.of(), NearStats.NONE, PinStats.NONE)
                        .killed())
                .isOne();
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
