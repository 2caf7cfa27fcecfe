package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.redis.ReadFrom;
import redisproxy.redis.ReadPolicy;

/** Which servers the settings have values read from. */
final class ReadPolicySettingsTest {
    @Test
    void mastersAreReadFromUnlessMoreIsSaid() {
        assertThat(policy()).isEqualTo(ReadPolicy.PRIMARY);
        assertThat(policy("--read-from", "primary", "--read-disconnected-replicas", "false"))
                .isEqualTo(ReadPolicy.PRIMARY);
        assertThat(policy("--redis-mode", "standalone", "--read-from", "Primary", "--zone", ""))
                .isEqualTo(ReadPolicy.PRIMARY);
    }

    @ParameterizedTest
    @CsvSource({
        "replica, REPLICA",
        "Prefer-Replica, PREFER_REPLICA",
        "PREFER-REPLICA, PREFER_REPLICA",
        "' nearest ', NEAREST"
    })
    void valuesAreWrittenInAnyCase(String value, ReadFrom from) {
        assertThat(policy("--redis-mode", "cluster", "--read-from", value))
                .isEqualTo(new ReadPolicy(from, null, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://a", "redis-cluster://a,b", "redis-sentinel://a#m"})
    void whateverMayHaveReplicasMayBeReadFromThem(String url) {
        Map<String, String> names = Map.of(
                "REDIS_URL",
                url,
                "READ_FROM",
                "nearest",
                "ZONE",
                " eu-west-1a\n",
                "READ_DISCONNECTED_REPLICAS",
                "TRUE");
        ProxyConfig config = ProxyConfig.from(CommandLineFlags.parse().settings(names));
        assertThat(config.redis().reads()).isEqualTo(new ReadPolicy(ReadFrom.NEAREST, "eu-west-1a", true));
        assertThat(ConfigParameters.of(config))
                .containsEntry("read-from", "nearest")
                .containsEntry("zone", "eu-west-1a")
                .containsEntry("read-disconnected-replicas", "true");
    }

    @Test
    void valueIsShownAsItIsWritten() {
        ProxyConfig config = ProxyConfig.fromArgs("--redis-mode", "cluster", "--read-from", "PREFER-replica");
        assertThat(ConfigParameters.of(config))
                .containsEntry("read-from", "prefer-replica")
                .containsEntry("zone", "")
                .containsEntry("read-disconnected-replicas", "false");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
                    --redis-mode standalone --read-from replica | --read-from: 'replica' contradicts --redis-mode, which is standalone: one server has no replicas to choose from (expected: primary, or REDIS_MODE=cluster or sentinel)
                    --read-disconnected-replicas true | --read-disconnected-replicas: 'true' is given, but masters alone are read from (expected: READ_FROM=replica, prefer-replica or nearest too, or no READ_DISCONNECTED_REPLICAS)
                    """, delimiter = '|')
    void contradictionIsTold(String flags, String message) {
        assertThatThrownBy(() -> policy(flags.split(" ", -1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void zoneOfMastersIsNoted() {
        Settings settings = CommandLineFlags.parse().settings(Map.of("ZONE", "eu-1"));
        assertThat(ProxyConfig.from(settings).redis().reads()).isEqualTo(ReadPolicy.PRIMARY);
        assertThat(settings.notices())
                .containsExactly(
                        "ZONE: applies with READ_FROM=replica, prefer-replica or nearest alone, so masters are read from wherever they are");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "a\u0000b", "a\u007Fb", "a\u0085b", "a\nb"})
    void zoneIsOneLine(String zone) {
        assertThatThrownBy(() -> policy("--read-from", "nearest", "--zone", zone))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--zone: '")
                .hasMessageEndingWith(
                        " is not accepted (expected: a name of 1 to 255 characters, without control characters)")
                .message()
                .hasLineCount(1);
    }

    @Test
    void zoneHasABound() {
        assertThat(policy("--read-from", "replica", "--zone", "z".repeat(255)).zone())
                .hasSize(255);
        assertThatThrownBy(() -> policy("--read-from", "replica", "--zone", "z".repeat(256)))
                .isInstanceOf(ConfigException.class);
    }

    private static ReadPolicy policy(String... flags) {
        return ProxyConfig.fromArgs(flags).redis().reads();
    }
}
