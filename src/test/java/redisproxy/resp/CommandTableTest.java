package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.BackingStoreException;
import redisproxy.testkit.Bytes;

final class CommandTableTest {
    private final ExecutedCommands commands = new ExecutedCommands();
    private final Session session = commands.session;

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void getIsACommandLikeAnyOther() {
        commands.store.put("k", "v");
        assertThat(commands.executeLater("GET", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(commands.executeLater("get", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(commands.store.asked()).containsExactly(Bytes.utf8("k"));
    }

    @Test
    void getOfAnAbsentKeyIsNil() {
        assertThat(commands.executeLater("get", "absent")).isEqualTo("$-1\r\n");
        execute("hello", "3");
        assertThat(commands.executeLater("get", "absent")).isEqualTo("_\r\n");
    }

    @Test
    void getOfAnotherTypeIsAnError() {
        String wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
        commands.store.refuse("list", BackingStoreException.notAString(wrongType));
        assertThat(commands.executeLater("get", "list")).isEqualTo("-" + wrongType + "\r\n");
    }

    @Test
    void notesTheCommandOrSubcommandThatRuns() {
        execute("ping");
        assertThat(session.describe(System.nanoTime())).contains(" cmd=ping ");
        assertThat(execute("client", "info")).contains(" cmd=client|info ");
    }

    @Test
    void notesTheContainerIfTheSubcommandIsIncomplete() {
        execute("ping");
        assertThat(execute("client", "setname")).startsWith("-ERR wrong number of arguments for 'client|setname'");
        assertThat(session.describe(System.nanoTime())).contains(" cmd=client ");
    }

    @Test
    void unheardReadsAreNotExecuted() {
        execute("client", "reply", "off");
        assertThat(execute("mget", "a", "b")).isNull();
        assertThat(execute("get", "a")).isNull();
        assertThat(commands.store.asked()).isEmpty();
    }

    @Test
    void unheardCommandsChangeTheSession() {
        execute("client", "reply", "off");
        execute("client", "setname", "me");
        assertThat(session.name()).isEqualTo("me");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
