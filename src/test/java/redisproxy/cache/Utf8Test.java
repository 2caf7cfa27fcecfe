package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8Test {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "grün", "€", "𝄞", "\0\u007f"})
    void acceptsText(String text) {
        assertThat(Utf8.isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "c0af", "eda080", "f4908080", "61e282", "80"})
    void refusesOtherBytes(String hex) {
        assertThat(Utf8.isValid(HexFormat.of().parseHex(hex))).isFalse();
    }

    @Test
    void looksAtAllOfALargeValue() {
        byte[] value = "ü".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        assertThat(Utf8.isValid(value)).isTrue();
        value[value.length - 1] = 'x';
        assertThat(Utf8.isValid(value)).isFalse();
    }
}
