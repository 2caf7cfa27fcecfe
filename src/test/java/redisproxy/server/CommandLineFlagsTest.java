package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CommandLineFlagsTest {
    static List<Setting<?>> settings() {
        return SettingsCatalog.all();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void takesValueBesideOrAfterEquals(Setting<?> setting) {
        for (String[] arguments : new String[][] {{setting.flag(), "v w"}, {setting.flag() + "=v w"}}) {
            assertThat(CommandLineFlags.parse(arguments).settings().given(setting))
                    .contains(new Settings.Given(setting.flag(), "v w"));
        }
    }

    @Test
    void flagsAreNamedAsDocumented() {
        assertThat(SettingsCatalog.all().stream().map(Setting::flag))
                .containsExactlyInAnyOrder(
                        "--proxy-host",
                        "--proxy-port",
                        "--tcp-host",
                        "--tcp-port",
                        "--redis-url",
                        "--redis-mode",
                        "--redis-host",
                        "--redis-port",
                        "--redis-user",
                        "--redis-password",
                        "--redis-password-file",
                        "--redis-database",
                        "--sentinel-master",
                        "--sentinel-user",
                        "--sentinel-password",
                        "--sentinel-password-file",
                        "--redis-tls",
                        "--redis-tls-ca-cert-file",
                        "--redis-tls-cert-file",
                        "--redis-tls-key-file",
                        "--redis-tls-verify",
                        "--redis-tls-server-name",
                        "--redis-pool-size",
                        "--pinned-connections",
                        "--redis-timeout",
                        "--read-from",
                        "--zone",
                        "--read-disconnected-replicas",
                        "--cache-size",
                        "--cache-max-bytes",
                        "--max-value-bytes",
                        "--ttl",
                        "--coherence",
                        "--tracking-prefix",
                        "--tracking-heartbeat",
                        "--tracking-table-max-keys",
                        "--max-staleness-disconnected",
                        "--negative-ttl",
                        "--negative-cache-size",
                        "--stale-if-error",
                        "--stale-while-revalidate",
                        "--http-max-age",
                        "--max-connections",
                        "--idle-timeout",
                        "--http-idle-timeout",
                        "--client-timeout",
                        "--max-body-bytes",
                        "--log-level",
                        "--admin-host",
                        "--admin-port",
                        "--ready-needs-redis",
                        "--drain-delay",
                        "--config-watch",
                        "--slowlog-log-slower-than",
                        "--slowlog-max-len",
                        "--latency-monitor-threshold",
                        "--log-format",
                        "--access-log",
                        "--access-log-sample",
                        "--access-log-keys",
                        "--requirepass",
                        "--requirepass-file",
                        "--acl-file",
                        "--bearer-file",
                        "--insecure",
                        "--cors-origin",
                        "--allowed-hosts",
                        "--proxy-tls-port",
                        "--tcp-tls-port",
                        "--admin-tls-port",
                        "--tls-cert-file",
                        "--tls-key-file",
                        "--tls-key-file-pass",
                        "--tls-key-file-pass-file",
                        "--tls-ca-cert-file",
                        "--tls-auth-clients",
                        "--tls-protocols",
                        "--tls-ciphersuites",
                        "--reuse-port",
                        "--warm-from",
                        "--warm-token-file",
                        "--warm-keys",
                        "--warm-timeout",
                        "--commands",
                        "--proxy-protocol",
                        "--trusted-proxies");
    }

    @Test
    void namesAreAsDocumented() {
        assertThat(SettingsCatalog.all().stream().flatMap(setting -> setting.names().stream()))
                .contains("PROXY_LISTEN", "CACHE_CAPACITY", "CACHE_EXPIRY", "MAX_CONN", "REDIS_PASSWORD_FILE")
                .doesNotHaveDuplicates();
    }

    static Stream<Arguments> wrongArguments() {
        return Stream.of(
                Arguments.of(List.of("--nonsense"), "--nonsense"),
                Arguments.of(List.of("--nonsense=1"), "--nonsense"),
                Arguments.of(List.of("word"), "word"),
                Arguments.of(List.of("--ttl"), "--ttl"),
                Arguments.of(List.of("--ttl", "1", "--ttl", "2"), "--ttl"),
                Arguments.of(List.of("-x"), "-x"));
    }

    @ParameterizedTest
    @MethodSource("wrongArguments")
    void refusesInOneLine(List<String> arguments, String named) {
        assertThatThrownBy(() -> CommandLineFlags.parse(arguments.toArray(String[]::new)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named)
                .hasMessageEndingWith("(expected: see --help)")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--redis-hots, --redis-host?",
        "--redis_host=x, --redis-host?",
        "--REDIS-PORT, --redis-port?",
        "--max-conn, --max-connections?",
        "--cache-expiry, --ttl?",
        "--tll, --ttl?",
        "--helo, --help?",
        "--confg, --config?",
        "--port, --proxy-port or --tcp-port or --redis-port?",
        "-ttl, --ttl?"
    })
    void proposesTheNearestFlag(String argument, String proposed) {
        assertThatThrownBy(() -> CommandLineFlags.parse(argument))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("; did you mean " + proposed);
    }

    @Test
    void helpBeginsWithTwoExamples() {
        String help = CommandLineFlags.parse("--help").information();
        assertThat(help.lines().limit(2)).hasSize(2).allMatch(line -> line.startsWith("java -jar redis-proxy.war --"));
    }

    @Test
    void helpNamesEverySetting() {
        String help = CommandLineFlags.parse("--help").information();
        for (Setting<?> setting : SettingsCatalog.all()) {
            assertThat(help).contains(setting.flag() + "=").contains(setting.names());
        }
        assertThat(help).contains("--config=FILE", "--version");
    }

    @Test
    void versionIsOneLine() {
        assertThat(CommandLineFlags.parse("--version").information()).matches("redis-proxy \\d+\\.\\d+\\.\\d+\\S*\\R");
    }

    @Test
    void informationIsNullOtherwise() {
        assertThat(CommandLineFlags.parse("--ttl", "1").information()).isNull();
    }

    @Test
    void missingConfigFileIsRefused() {
        CommandLineFlags flags = CommandLineFlags.parse("--config", "no-such-file");
        assertThatThrownBy(() -> flags.settings(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--config: 'no-such-file' does not exist (expected: a file)");
    }
}
