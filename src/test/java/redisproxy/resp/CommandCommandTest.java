package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandCommandTest {
    private final ExecutedCommands commands = new ExecutedCommands();

    @AfterEach
    void close() {
        commands.close();
    }

    @Test
    void describesEveryCommand() {
        assertThat(execute("command", "count")).isEqualTo(":33\r\n");
        assertThat(execute("command", "list"))
                .contains(
                        "\r\nget\r\n",
                        "\r\nclient|list\r\n",
                        "\r\ncommand|help\r\n",
                        "\r\nping\r\n",
                        "\r\nquit\r\n",
                        "\r\nconfig\r\n");
        assertThat(execute("command"))
                .startsWith("*33\r\n*10\r\n$3\r\nacl\r\n:-2\r\n")
                .isEqualTo(execute("command", "info"));
    }

    @Test
    void infoShowsFlagsCategoriesAndKeys() {
        assertThat(execute("command", "info", "GET"))
                .startsWith("*1\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n")
                .contains(
                        "\r\n*3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n");
    }

    @Test
    void infoOfAnUnknownCommandIsNull() {
        assertThat(execute("command", "info", "nope")).isEqualTo("*1\r\n$-1\r\n");
        execute("hello", "3");
        assertThat(execute("command", "info", "nope")).isEqualTo("*1\r\n_\r\n");
    }

    @Test
    void docsAreMaps() {
        assertThat(execute("command", "docs", "ping", "nope"))
                .startsWith("*2\r\n$4\r\nping\r\n*10\r\n$7\r\nsummary\r\n");
        execute("hello", "3");
        assertThat(execute("command", "docs", "ping")).startsWith("%1\r\n$4\r\nping\r\n%5\r\n$7\r\nsummary\r\n");
        assertThat(execute("command", "docs", "config"))
                .contains("$11\r\nsubcommands\r\n%4\r\n$10\r\nconfig|get\r\n%6\r\n$7\r\nsummary\r\n");
        assertThat(execute("command", "docs")).startsWith("%33\r\n");
    }

    @Test
    void docsTellComplexityHistoryAndArguments() {
        String optional =
                "$9 arguments *1 %3 $4 name $7 message $4 type $6 string $5 flags ~1 +optional ".replace(" ", "\r\n");
        assertThat(execute("command", "docs", "ping"))
                .endsWith("$10\r\ncomplexity\r\n$4\r\nO(1)\r\n"
                        + optional.replace("%3", "*6").replace('~', '*'));
        execute("hello", "3");
        assertThat(execute("command", "docs", "ping"))
                .endsWith("$5\r\ngroup\r\n$10\r\nconnection\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n" + optional);
        assertThat(execute("command", "docs", "ttl"))
                .contains("$7\r\nhistory\r\n~1\r\n*2\r\n$5\r\n2.8.0\r\n$19\r\nAdded the -2 reply.\r\n")
                .endsWith("$14\r\nkey_spec_index\r\n:0\r\n");
        // Redis has no such command.
        assertThat(execute("command", "docs", "cache|keys")).startsWith("%1\r\n$10\r\ncache|keys\r\n%3\r\n");
    }

    @Test
    void docsOfContainersDescribeTheirSubcommands() {
        execute("hello", "3");
        assertThat(execute("command", "docs", "command"))
                .startsWith("%1\r\n$7\r\ncommand\r\n%5\r\n$7\r\nsummary\r\n")
                .contains("$11\r\nsubcommands\r\n%7\r\n$13\r\ncommand|count\r\n%4\r\n$7\r\nsummary\r\n")
                .contains("\r\ncommand|docs\r\n", "\r\ncommand|info\r\n", "\r\ncommand|list\r\n");
        assertThat(execute("command", "docs")).contains("\r\ncommand\r\n%5\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client", "config", "command", "cache", "latency", "slowlog", "hotkeys", "memory", "module", "acl"
            })
    void containersAnswerHelp(String container) {
        assertThat(execute(container, "help"))
                .matches("(?s)\\*\\d+\r\n\\+" + container.toUpperCase(Locale.ROOT)
                        + " <subcommand> \\[<arg> \\[value\\] \\[opt\\] \\.\\.\\.\\]\\. Subcommands are:\r\n.*"
                        + "\\+HELP\r\n\\+    Print this help\\.\r\n");
    }

    private String execute(String... words) {
        return commands.execute(words);
    }
}
