package redisproxy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessTextsTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"p\uFFFD\uFFFD", "p\u00C3\u00A4"})
    void environmentIsReadAsUtf8(String decoded) throws Exception {
        Path block = block(UTF_8, "A=b", "REDIS_PASSWORD=pä", "TTL=5");
        assertThat(ProcessTexts.environment(Map.of("REDIS_PASSWORD", decoded, "TTL", "5"), block))
                .isEqualTo(Map.of("REDIS_PASSWORD", "pä", "TTL", "5"));
    }

    @Test
    void refusesWhatIsNotUtf8() throws Exception {
        Path block = block(ISO_8859_1, "REDIS_PASSWORD=pä", "--redis-password", "pä");
        assertThatThrownBy(() -> ProcessTexts.environment(Map.of("REDIS_PASSWORD", "p\uFFFD"), block))
                .isInstanceOf(ConfigException.class)
                .hasMessage("REDIS_PASSWORD: the text is not in UTF-8 (expected: UTF-8, and LC_ALL=C.UTF-8)");
        assertThatThrownBy(() -> ProcessTexts.arguments(new String[] {"--redis-password", "p?"}, block))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("argument 2: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"??", "\uFFFD\uFFFD", "\u00C3\u00A4", "ä"})
    void argumentsAreReadAsUtf8(String decoded) throws Exception {
        Path block = block(UTF_8, "java", "-jar", "x.war", "--redis-password", "ä?", "--redis-user=", "");
        assertThat(ProcessTexts.arguments(new String[] {"--redis-password", decoded + "?", "--redis-user=", ""}, block))
                .containsExactly("--redis-password", "ä?", "--redis-user=", "");
    }

    @Test
    void keepsArgumentsOfAnotherSource() throws Exception {
        Path block = block(UTF_8, "java", "@file");
        assertThat(ProcessTexts.arguments(new String[] {"--redis-password", "why?"}, block))
                .containsExactly("--redis-password", "why?");
        assertThat(ProcessTexts.arguments(new String[] {"ä"}, directory.resolve("none")))
                .containsExactly("ä");
        assertThatThrownBy(() -> ProcessTexts.arguments(new String[] {"\uFFFD"}, block))
                .isInstanceOf(ConfigException.class);
    }

    private Path block(Charset charset, String... parts) throws IOException {
        return Files.write(directory.resolve("block"), (String.join("\0", parts) + "\0").getBytes(charset));
    }
}
