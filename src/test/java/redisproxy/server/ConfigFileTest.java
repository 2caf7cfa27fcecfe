package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsKeysAndValues() throws Exception {
        assertThat(read("""
                # the proxy
                TTL=5

                  CACHE_SIZE = 10\s
                REDIS_PASSWORD=a=b#c "d"
                REDIS_USER=
                HOST_PORT=8080
                CONTAINER_PORT=5000
                """))
                .isEqualTo(Map.of(
                        "TTL", "5",
                        "CACHE_SIZE", "10",
                        "REDIS_PASSWORD", "a=b#c \"d\"",
                        "REDIS_USER", "",
                        "HOST_PORT", "8080",
                        "CONTAINER_PORT", "5000"));
    }

    @Test
    void takesLineEndsOfWindows() throws Exception {
        assertThat(read("TTL=5\r\nMAX_CONN=6\r\n")).isEqualTo(Map.of("TTL", "5", "MAX_CONN", "6"));
    }

    @Test
    void refusesUnknownKeys() {
        assertThatThrownBy(() -> read("TTL=5\nTTTL=6\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2: the key 'TTTL' is unknown (expected: PROXY_HOST, PROXY_LISTEN,")
                .message()
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TT\u2028TL=5\n", "TT\u000BTL=5\n", "TT\u0085L\n", "REDIS_USER=a\fb\n"})
    void refusesAnyLineInOneLine(String text) {
        assertThatThrownBy(() -> ProxyConfig.from(new Settings().orFromNames(read(text)::get)))
                .isInstanceOf(ConfigException.class)
                .message()
                .doesNotContainPattern("\\R");
    }

    @Test
    void refusesRepeatedKeys() {
        assertThatThrownBy(() -> read("TTL=5\nTTL=5\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("line 2: the key 'TTL' is given more than once");
    }

    @Test
    void refusesOtherLines() {
        for (String line : new String[] {"TTL", "=5", "export TTL=5"}) {
            assertThatThrownBy(() -> read(line))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("line 1: ");
        }
    }

    @Test
    void refusesUnreadableFiles() throws Exception {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> ConfigFile.read(missing))
                .isInstanceOf(ConfigException.class)
                .hasMessage("--config: '%s' does not exist (expected: a file)", missing);
        assertThatThrownBy(() -> ConfigFile.read(directory))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("--config: '%s' cannot be read", directory);
        Path bytes = directory.resolve("bytes");
        Files.write(bytes, new byte[] {'A', '=', (byte) 0xFF});
        assertThatThrownBy(() -> ConfigFile.read(bytes))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not text");
    }

    private Map<String, String> read(String text) throws IOException {
        return ConfigFile.read(Files.writeString(directory.resolve("config"), text));
    }
}
