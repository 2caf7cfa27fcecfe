package redisproxy.auth;

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
        "*a*b, aab",
        "s[abc]ve, save",
        "s[a-c]ve, save",
        "s[c-a]ve, save",
        "s[^b]ve, save",
        "[rst]*, save",
        "[a-, -",
        "[^, x",
        "s\\*, s*",
        "s[\\]]e, s]e",
        "s\\a, sa",
        "s\\, s\\"
    })
    void matches(String pattern, String text) {
        assertThat(matches(pattern, text, false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "*, ''",
        "'', save",
        "save, ''",
        "sav, save",
        "saves, save",
        "???, save",
        "?, ''",
        "*x*, save",
        "a.c, abc",
        "S*, save",
        "s[b-d]ve, save",
        "s[^a]ve, save",
        "s[ave, save",
        "[, [",
        "s\\*, save",
        "[]a], a"
    })
    void doesNotMatch(String pattern, String text) {
        assertThat(matches(pattern, text, false)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "S*, save, true",
        "s[A-C]VE, save, true",
        "s\\AVE, save, true",
        "s[\\A]ve, save, false",
        "s[^A]ve, save, false",
        "[Z-a]ave, save, false"
    })
    void ignoresCaseAsRedis(String pattern, String text, boolean isMatch) {
        assertThat(matches(pattern, text, true)).isEqualTo(isMatch);
    }

    @Test
    void manyStarsTakeBoundedTime() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(matches("*a".repeat(2_000) + "b", "a".repeat(4_000), false))
                        .isFalse());
    }

    @Test
    void manySetsTakeBoundedTime() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(matches("*[^b]".repeat(1_000) + "c", "a".repeat(2_000), false))
                        .isFalse());
    }

    private static boolean matches(String pattern, String text, boolean ignoresCase) {
        return new Glob(pattern, ignoresCase).matches(text);
    }
}
