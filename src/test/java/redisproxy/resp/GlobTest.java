package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "*, save",
        "*, ''",
        "'', ''",
        "save, save",
        "s*, save",
        "*e, save",
        "*a*, save",
        "s*v*, save",
        "**, save",
        "?ave, save",
        "????, save",
        "*max*, proto-max-bulk-len",
        "a.c, a.c",
        "*a*b, aab"
    })
    void matches(String pattern, String text) {
        assertThat(Glob.matches(pattern, text)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'', save",
        "save, ''",
        "sav, save",
        "saves, save",
        "???, save",
        "?, ''",
        "*x*, save",
        "a.c, abc",
        "S*, save"
    })
    void doesNotMatch(String pattern, String text) {
        assertThat(Glob.matches(pattern, text)).isFalse();
    }

    @Test
    void manyStarsTakeBoundedTime() {
        String pattern = "*a".repeat(2_000) + "b";
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(Glob.matches(pattern, "a".repeat(4_000))).isFalse());
    }
}
