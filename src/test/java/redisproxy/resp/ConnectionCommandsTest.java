package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectionCommandsTest {
    private final ExecutedCommands commands = new ExecutedCommands();
    private final Session session = commands.session;

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void pingAnswersPongOrMessage() {
        assertThat(execute("ping")).isEqualTo("+PONG\r\n");
        assertThat(execute("PING", "\0\r\n")).isEqualTo("$3\r\n\0\r\n\r\n");
    }

    @Test
    void echoAnswersTheMessage() {
        assertThat(execute("echo", "")).isEqualTo("$0\r\n\r\n");
        assertThat(execute("eChO", "ü")).isEqualTo("$2\r\nÃ¼\r\n");
    }

    @Test
    void acceptsCommandsThatChangeNothing() {
        assertThat(execute("select", "0")).isEqualTo("+OK\r\n");
        assertThat(execute("readonly")).isEqualTo("+OK\r\n");
        assertThat(session.isClosing()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"quit", "Quit", "QUIT"})
    void quitClosesAfterItsReply(String word) {
        assertThat(execute(word)).isEqualTo("+OK\r\n");
        assertThat(session.isClosing()).isTrue();
    }

    @Test
    void quitTakesArguments() {
        assertThat(execute("quit", "now")).isEqualTo("+OK\r\n");
        assertThat(session.isClosing()).isTrue();
    }

    @Test
    void onlyQuitCloses() {
        assertThat(execute("quiz")).startsWith("-ERR unknown command 'quiz'");
        assertThat(session.isClosing()).isFalse();
    }

    @Test
    void resetForgetsNameAndVersion() {
        execute("hello", "3", "setname", "me");
        assertThat(execute("reset")).isEqualTo("+RESET\r\n");
        assertThat(execute("client", "getname")).isEqualTo("$-1\r\n");
        assertThat(session.protocolVersion()).isEqualTo(2);
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
