package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\uFEFFREDIS_HOST=a | a",
                "export REDIS_HOST=a | a",
                "export\tREDIS_HOST=a | a",
                "REDIS_HOST=\"a\" | a",
                "REDIS_HOST='a' | a",
                "REDIS_HOST='a' # b | a",
                "REDIS_HOST=a # b | a",
                "REDIS_HOST=a\t# b | a",
                "REDIS_HOST=a#b | a#b",
                "REDIS_HOST='a # b' | a # b",
                "REDIS_HOST=\"a\\\"\\\\b\" | a\"\\b",
                "REDIS_HOST='a\\b' | a\\b",
                "REDIS_HOST= # b | ``",
                "REDIS_HOST=\"\" | ``"
            })
    void takesWhatEnvFilesHold(String line, String value) throws Exception {
        assertThat(read("; comment\n# comment\n".substring(line.startsWith("\uFEFF") ? 20 : 0) + line + "\r\n"))
                .isEqualTo(Map.of("REDIS_HOST", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REDIS_PASSWORD=\"s3cret", "REDIS_PASSWORD='s3cret", "REDIS_PASSWORD=\"s3cret\"x",
                "REDIS_PASSWORD='s3cret'#x", "REDIS_PASSWORD=s3cret #x", "REDIS_PASSWORD=\"s3cret\\q\"",
                "REDIS_PASSWORD=\"s3cret\\\""
            })
    void refusesWhatHasTwoMeanings(String line) {
        assertThatThrownBy(() -> read("TTL=5\n" + line + "\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2: REDIS_PASSWORD: ")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void errorsNameFileAndLine() throws Exception {
        Map<String, Settings.Given> given = given("\nTTL=never\n");
        assertThatThrownBy(() -> ProxyConfig.from(new Settings().orFromFile(given)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(directory.resolve("config") + ", line 2: TTL: 'never' is not accepted");
    }

    @Test
    void refusesUnknownKeys() {
        assertThatThrownBy(() -> read("TTL=5\nTTTL=6\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line 2: the key 'TTTL' is unknown; did you mean TTL?")
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
        for (String line : new String[] {"TTL", "=5", "export TTL", "REDIS_HOST: redis"}) {
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
        Map<String, String> values = new HashMap<>();
        given(text).forEach((name, given) -> values.put(name, given.value()));
        return values;
    }

    private Map<String, Settings.Given> given(String text) throws IOException {
        return ConfigFile.read(Files.writeString(directory.resolve("config"), text));
    }
}
