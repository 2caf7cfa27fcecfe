package redisproxy.admin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class KeyTextTest {
    @Test
    void showsTextAsItIs() {
        assertThat(KeyText.shown(bytes("Pokémon ⚡:1"))).isEqualTo("Pokémon ⚡:1");
    }

    @Test
    void escapesWhatIsNotText() {
        assertThat(KeyText.shown(new byte[] {'a', (byte) 0xff, 0, '\\'})).isEqualTo("a\\xff\\x00\\\\");
        assertThat(KeyText.shown(bytes("a\n\u0085\\"))).isEqualTo("a\\x0a\\xc2\\x85\\\\");
    }

    @Test
    void readsBytesFromQueries() throws BadRequestException {
        assertThat(KeyText.parameter("key=a%FF%00+b", "key")).containsExactly('a', 0xff, 0, ' ', 'b');
        assertThat(KeyText.parameter("x=1&key=%e2%9a%a1", "key")).isEqualTo(bytes("⚡"));
        assertThat(KeyText.parameter("key=", "key")).isEmpty();
        assertThat(KeyText.parameter("keys=1", "key")).isNull();
        assertThat(KeyText.parameter(null, "key")).isNull();
    }

    @Test
    void refusesWhatIsNotEncoded() {
        assertThatThrownBy(() -> KeyText.parameter("key=a%", "key"))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("key: the value is not accepted (expected: bytes that are percent-encoded)");
        assertThatThrownBy(() -> KeyText.parameter("key=⚡", "key")).isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> KeyText.fromBase64("key64", "a+b"))
                .isInstanceOf(BadRequestException.class)
                .hasMessage("key64: the value is not accepted (expected: base64url)");
    }

    @Test
    void namesEachKeyInBase64() throws BadRequestException {
        byte[] key = {(byte) 0xfb, (byte) 0xff, 0};
        assertThat(KeyText.base64(key)).isEqualTo("-_8A");
        assertThat(KeyText.fromBase64("key64", "-_8A")).isEqualTo(key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
