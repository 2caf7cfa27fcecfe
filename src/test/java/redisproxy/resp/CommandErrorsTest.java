package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The error texts are those of a Redis 7.0.15. */
final class CommandErrorsTest {
    private final ExecutedCommands commands = new ExecutedCommands();
    private final Session session = commands.session;

    @AfterEach
    void close() {
        commands.close();
    }

    static Stream<Arguments> errors() {
        String badName = "ERR Client names cannot contain spaces, newlines or special characters.";
        String longName = "ERR Client names cannot be longer than 1024 characters.";
        String wrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";
        return Stream.of(
                error("ERR unknown command 'foo', with args beginning with: ", "foo"),
                error("ERR unknown command 'foo', with args beginning with: 'bar' 'b z' ", "foo", "bar", "b z"),
                error("ERR unknown command '', with args beginning with: ", ""),
                error("ERR unknown command 'a', with args beginning with: 'c' ", "a\0b", "c\0d"),
                error("ERR unknown command 'a  b', with args beginning with: 'c d' ", "a\r\nb", "c\nd"),
                error("ERR unknown command 'FooBar', with args beginning with: ", "FooBar"),
                error(
                        "ERR unknown command '" + "x".repeat(128) + "', with args beginning with: '" + "y".repeat(128)
                                + "' ",
                        "x".repeat(200),
                        "y".repeat(200)),
                error(
                        "ERR unknown command 'foo', with args beginning with: " + "'abcdefgh' ".repeat(11)
                                + "'abcdefg' ",
                        Stream.concat(
                                        Stream.of("foo"),
                                        Stream.generate(() -> "abcdefgh").limit(40))
                                .toArray(String[]::new)),
                arity("get", "get"),
                arity("get", "GET", "a", "b"),
                arity("config", "config"),
                arity("config|get", "config", "GET"),
                arity("client", "client"),
                arity("client|setname", "client", "setname"),
                arity("client|id", "CLIENT", "ID", "x"),
                arity("client|info", "client", "info", "x"),
                arity("client|setinfo", "client", "setinfo", "lib-name"),
                arity("auth", "auth"),
                arity("select", "select"),
                arity("select", "select", "0", "0"),
                arity("ping", "ping", "a", "b"),
                arity("echo", "echo"),
                arity("echo", "echo", "a", "b"),
                arity("reset", "reset", "x"),
                arity("readonly", "readonly", "x"),
                arity("command|count", "command", "count", "x"),
                error("ERR syntax error", "command", "list", "x"),
                error("ERR syntax error", "command", "list", "filterby", "pattern"),
                error("ERR syntax error", "command", "list", "filterby", "foo", "x"),
                error("ERR Invalid command specified", "command", "getkeys", "nope", "x"),
                error("ERR The command has no key arguments", "command", "getkeys", "ping", "x"),
                error("ERR Invalid number of arguments specified for command", "command", "getkeys", "get", "a", "b"),
                error("ERR unknown subcommand 'foo'. Try CONFIG HELP.", "config", "foo"),
                error("ERR unknown subcommand 'Foo'. Try CLIENT HELP.", "client", "Foo", "bar"),
                error("ERR unknown subcommand 'foo'. Try COMMAND HELP.", "command", "foo"),
                error("ERR unknown subcommand '" + "z".repeat(128) + "'. Try CLIENT HELP.", "client", "z".repeat(300)),
                arity("client|help", "client", "help", "x"),
                error(badName, "client", "setname", "a b"),
                error(badName, "client", "setname", "a\nb"),
                error(badName, "client", "setname", "ü"),
                error(longName, "client", "setname", "x".repeat(1025)),
                error(longName, "hello", "3", "setname", "x".repeat(1025)),
                error(
                        "ERR lib-name cannot be longer than 1024 characters.",
                        "client",
                        "setinfo",
                        "LIB-NAME",
                        "x".repeat(1025)),
                error(
                        "ERR lib-ver cannot be longer than 1024 characters.",
                        "client",
                        "setinfo",
                        "lib-ver",
                        "x".repeat(1025)),
                error("ERR Unrecognized option '" + "x".repeat(128) + "'", "client", "setinfo", "x".repeat(1025), "b"),
                error("ERR Unknown client type 'foo'", "client", "list", "type", "foo"),
                error("ERR Invalid client ID", "client", "list", "id", "x"),
                error("ERR syntax error", "client", "list", "id"),
                error("ERR syntax error", "client", "list", "foo"),
                error("ERR syntax error", "client", "list", "type", "normal", "x"),
                error("ERR syntax error", "client", "no-evict", "x"),
                error("ERR Unrecognized option 'a'", "client", "setinfo", "a", "b"),
                error(
                        "ERR lib-name cannot contain spaces, newlines or special characters.",
                        "client",
                        "setinfo",
                        "LIB-NAME",
                        "a b"),
                error("ERR Protocol version is not an integer or out of range", "hello", "x"),
                error("ERR Protocol version is not an integer or out of range", "hello", "03"),
                error("ERR Protocol version is not an integer or out of range", "hello", "99999999999999999999"),
                error("NOPROTO unsupported protocol version", "hello", "4"),
                error("NOPROTO unsupported protocol version", "hello", "1"),
                error("ERR Syntax error in HELLO option 'foo'", "hello", "3", "foo"),
                error("ERR Syntax error in HELLO option 'auth'", "hello", "3", "auth", "a"),
                error("ERR Syntax error in HELLO option 'setname'", "hello", "2", "setname"),
                error(wrongPassword, "hello", "3", "auth", "x", "y"),
                error(badName, "hello", "3", "setname", "a b"),
                error(
                        "ERR AUTH <password> called without any password configured for the default user."
                                + " Are you sure your configuration is correct?",
                        "auth",
                        "x"),
                error(wrongPassword, "auth", "a", "b"),
                error("ERR syntax error", "auth", "a", "b", "c"),
                error("ERR value is not an integer or out of range", "select", "x"),
                error("ERR value is not an integer or out of range", "select", "+0"),
                error("ERR value is not an integer or out of range", "select", "00"),
                error("ERR DB index is out of range: this proxy serves database 0 only", "select", "1"),
                error("ERR DB index is out of range: this proxy serves database 0 only", "select", "-1"),
                error(
                        "ERR value is out of range, value must between -2147483648 and 2147483647",
                        "select",
                        "99999999999"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesInTheWordsOfRedis(String expected, List<String> words) {
        assertThat(execute(words.toArray(String[]::new))).isEqualTo("-" + expected + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusalsChangeNothing(String unused, List<String> words) {
        execute(words.toArray(String[]::new));
        assertThat(session.protocolVersion()).isEqualTo(2);
        assertThat(session.name()).isEmpty();
    }

    private static Arguments error(String expected, String... words) {
        return Arguments.of(expected, List.of(words));
    }

    private static Arguments arity(String command, String... words) {
        return error("ERR wrong number of arguments for '%s' command".formatted(command), words);
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
