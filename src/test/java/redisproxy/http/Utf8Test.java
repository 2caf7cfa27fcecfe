package redisproxy.http;

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
        assertThat(isValid(text.getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "c0af", "eda080", "f4908080", "61e282", "80"})
    void refusesOtherBytes(String hex) {
        assertThat(isValid(HexFormat.of().parseHex(hex))).isFalse();
    }

    @Test
    void readsAllOfALargeValue() {
        byte[] value = "ü".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        assertThat(isValid(value)).isTrue();
        value[value.length - 1] = 'x';
        assertThat(isValid(value)).isFalse();
    }

    /** Bytes around the value, such as those of the key, are ignored. */
    private static boolean isValid(byte[] value) {
        byte[] array = new byte[value.length + 2];
        array[0] = (byte) 0xC3;
        array[array.length - 1] = (byte) 0x80;
        System.arraycopy(value, 0, array, 1, value.length);
        return Utf8.isValid(array, 1, value.length);
    }
}
