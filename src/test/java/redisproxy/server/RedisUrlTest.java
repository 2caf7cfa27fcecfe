package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.redis.NodeAddress;
import redisproxy.redis.RedisConfig;
import redisproxy.redis.Topology;

final class RedisUrlTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "-", textBlock = """
                    redis://h                      | h         | 6379 | -   | -      | -
                    redis://h/                     | h         | 6379 | -   | -      | -
                    REDIS://h:1/2                  | h         | 1    | -   | -      | 2
                    redis://under_score:7          | under_score | 7  | -   | -      | -
                    redis://:p@h                   | h         | 6379 | -   | p      | -
                    redis://u@h                    | h         | 6379 | u   | -      | -
                    redis://u:@h                   | h         | 6379 | u   | -      | -
                    redis://u:p:q@h                | h         | 6379 | u   | p:q    | -
                    redis://u:p@q@h/3              | h         | 6379 | u   | p@q    | 3
                    redis://u:p/q@h                | h         | 6379 | u   | p/q    | -
                    redis://u:p#q?r@h              | h         | 6379 | u   | p#q?r  | -
                    redis://%75%3a:%40%2F%25+%C3%A4@h | h      | 6379 | u:  | @/%+ä  | -
                    rediss://[::1]:9/0             | ::1       | 9    | -   | -      | 0
                    redis://u:p@[::1]              | ::1       | 6379 | u   | p      | -
                    """, delimiter = '|')
    void partsAreRead(String text, String host, int port, String user, String password, Integer database) {
        RedisUrl url = RedisUrl.parse(text);
        assertThat(url.addresses()).containsExactly(new NodeAddress(host, port));
        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.database()).isEqualTo(database);
        assertThat(url.scheme().isTls()).isEqualTo(text.startsWith("rediss:"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', nullValues = "-", textBlock = """
                    redis-cluster://a,b:2,[::1]            | CLUSTER  | a:6379 b:2 [::1]:6379 | - | -
                    Rediss-Cluster://u:p@a:1/0             | CLUSTER  | a:1                   | 0 | -
                    redis-sentinel://a,b:2/3#mymaster      | SENTINEL | a:26379 b:2           | 3 | mymaster
                    rediss-sentinel://u:p#x@a,[::1]:9#m%2F | SENTINEL | a:26379 [::1]:9       | - | m/
                    redis-sentinel://a#                    | SENTINEL | a:26379               | - | -
                    redis-sentinel://a                     | SENTINEL | a:26379               | - | -
                    """, delimiter = '|')
    void severalHostsAreRead(String text, RedisMode mode, String hosts, Integer database, String masterName) {
        RedisUrl url = RedisUrl.parse(text);
        assertThat(url.scheme().mode()).isEqualTo(mode);
        assertThat(url.scheme().isTls()).isEqualTo(text.toLowerCase(Locale.ROOT).startsWith("rediss"));
        assertThat(url.addresses()).extracting(NodeAddress::toString).containsExactly(hosts.split(" ", -1));
        assertThat(url.database()).isEqualTo(database);
        assertThat(url.masterName()).isEqualTo(masterName);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    http://h                  | the scheme is not accepted (expected: a URL that begins with one of redis://, rediss://
                    u:secret@h                | the scheme is not accepted
                    redis://                  | the host '' is not accepted (expected: a host name or an address, of IPv6 in brackets)
                    redis://u:secret@         | the host '' is not accepted
                    redis://:secret@h:0       | the port '0' is not accepted (expected: a whole number from 1 to 65535)
                    redis://:secret@h:        | the port '' is not accepted
                    redis://h:65536           | the port '65536' is not accepted
                    redis://::1:6379          | the host '::1' is not accepted
                    redis://[::1              | is not accepted
                    redis://h/name            | the database 'name' is not accepted (expected: a whole number from 0 to 1000000)
                    redis://h/1/2             | the database '1/2' is not accepted
                    redis://h?db=1            | parameters, '?db=1', are not accepted here
                    redis://h#m               | a fragment, '#m', is not accepted here (expected: a name behind # with redis-sentinel:// alone)
                    redis-cluster://a,b#m     | a fragment, '#m', is not accepted here
                    redis://a,b               | the host 'a,b' is a list (expected: one host with redis://; several are nodes of a Cluster with redis-cluster://, or Sentinels with redis-sentinel://)
                    rediss://a,b              | the host 'a,b' is a list (expected: one host with rediss://; several are nodes of a Cluster with rediss-cluster://, or Sentinels with rediss-sentinel://)
                    redis-cluster://a,        | the host '' is not accepted
                    redis-cluster://a,,b      | the host '' is not accepted
                    redis-cluster://a,b:x     | the port 'x' is not accepted
                    redis-sentinel://a/name   | the database 'name' is not accepted
                    redis-sentinel://:secret@a?sentinelMasterId=m | parameters, '?sentinelMasterId=m', are not accepted here
                    redis-sentinel://a#%      | the name of the master has a % without two hexadecimal digits behind it
                    redis://:secret%@h        | the password has a % without two hexadecimal digits behind it (expected: %25 for a %)
                    redis://:%4@h             | the password has a % without
                    redis://:%FF@h            | the password is not in UTF-8
                    """, delimiter = '|')
    void wrongPartIsNamed(String text, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUrl.parse(text))
                .withMessageContaining(message)
                .withMessageNotContaining("secret");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-url", text))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--redis-url: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void settingsOverrideItsParts() {
        String url = "rediss://alice:secret@h:1/2";
        RedisConfig config = redis("--redis-url", url);
        assertThat(config.topology()).isEqualTo(new Topology.Auto(new NodeAddress("h", 1)));
        assertThat(config.database()).isEqualTo(2);
        assertThat(config.tls()).isNotNull();
        assertThat(config.credentials().user()).isEqualTo("alice");
        assertThat(config.credentials().password().read()).isEqualTo("secret");
        RedisConfig other = redis(
                "--redis-url",
                url,
                "--redis-host",
                "o",
                "--redis-port",
                "3",
                "--redis-database",
                "4",
                "--redis-user",
                "bob",
                "--redis-password",
                "hidden",
                "--redis-tls",
                "false");
        assertThat(other.topology()).isEqualTo(new Topology.Auto(new NodeAddress("o", 3)));
        assertThat(other.database()).isEqualTo(4);
        assertThat(other.tls()).isNull();
        assertThat(other.credentials().user()).isEqualTo("bob");
        assertThat(other.credentials().password().read()).isEqualTo("hidden");
    }

    @Test
    void showsNoCredentials() {
        String url = "redis://alice:secret@h:1/2";
        ProxyConfig config = ProxyConfig.fromArgs("--redis-url", url);
        assertThat(List.of(
                        config.toString(),
                        RedisUrl.parse(url).toString(),
                        StartLine.of("", "", config),
                        ConfigParameters.of(config).values().toString().replace("alice", "")))
                .allSatisfy(text -> assertThat(text).doesNotContain("secret").doesNotContain("alice"));
        assertThat(RedisUrl.parse(url)).hasToString("redis://h:1/2");
        assertThat(RedisUrl.parse("redis-sentinel://u:p@a,b:2/3#m")).hasToString("redis-sentinel://a:26379,b:2/3#m");
    }

    @Test
    void userNeedsPassword() {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-url", "redis://alice@h"))
                .hasMessage(
                        "--redis-url: the user has no password (expected: REDIS_PASSWORD or REDIS_PASSWORD_FILE too)");
        assertThat(redis("--redis-url", "redis://alice@h", "--redis-password", "p")
                        .credentials()
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void filesNeedTlsAndEachOther() {
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-tls-ca-cert-file", "f"))
                .hasMessage("--redis-tls-ca-cert-file is given, but connections to Redis are plain "
                        + "(expected: REDIS_TLS=true too)");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-tls", "true", "--redis-tls-cert-file", "f"))
                .hasMessage("--redis-tls-cert-file is given without REDIS_TLS_KEY_FILE (expected: both or none)");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-tls", "true", "--redis-tls-ca-cert-file", "/no/file"))
                .hasMessage("--redis-tls-ca-cert-file: '/no/file' cannot be read (expected: a file)");
        assertThatThrownBy(() -> ProxyConfig.fromArgs("--redis-tls", "true", "--redis-tls-ca-cert-file", "pom.xml"))
                .hasMessage("--redis-tls-ca-cert-file: 'pom.xml' holds no certificate "
                        + "(expected: PEM, which begins with -----BEGIN CERTIFICATE-----)");
    }

    @Test
    void startLineSaysTls() {
        assertThat(StartLine.of("", "", ProxyConfig.fromArgs("--redis-url", "rediss://h")))
                .endsWith("Redis h:6379 over TLS");
        assertThat(StartLine.of("", "", ProxyConfig.fromArgs())).endsWith("Redis localhost:6379");
        assertThat(ConfigParameters.of(ProxyConfig.fromArgs("--redis-url", "rediss://h")))
                .containsAllEntriesOf(Map.of("redis-host", "h", "redis-tls", "true", "redis-tls-verify", "full"));
    }

    private static RedisConfig redis(String... flags) {
        return ProxyConfig.fromArgs(flags).redis();
    }
}
