package redisproxy.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeyListTest {
    @Test
    void holdsAnyBytesInTheirOrder() throws IOException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        byte[] written = KeyList.write(List.of(all, new byte[0], "Batman".getBytes(UTF_8)));
        assertThat(new String(written, UTF_8))
                .startsWith("{\"keys64\":[\"AAECAw")
                .endsWith(",\"\",\"QmF0bWFu\"]}");
        assertThat(KeyList.read(new ByteArrayInputStream(written), 10))
                .containsExactly(all, new byte[0], "Batman".getBytes(UTF_8));
    }

    @Test
    void readsNoMoreThanAskedFor() throws IOException {
        assertThat(read("{\"keys64\":[\"YQ\",\"Yg\",\"Yw\"]}", 2)).containsExactly(new byte[] {'a'}, new byte[] {'b'});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the list is no JSON",
                "{|the list is no JSON",
                "{\"keys64\":[\"YQ\"|the list is no JSON",
                "[]|the list has no member keys64",
                "{\"keys\":[]}|the list has no member keys64",
                "{\"keys64\":\"YQ\"}|the list has no member keys64",
                "{\"keys64\":[1]}|a key is not in base64url",
                "{\"keys64\":[null]}|a key is not in base64url",
                "{\"keys64\":[\"?\"]}|a key is not in base64url"
            })
    void refusesWhatIsNoList(String text, String why) {
        assertThatThrownBy(() -> read(text, 10)).isInstanceOf(IOException.class).hasMessageStartingWith(why);
    }

    @Test
    void refusesMoreBytesThanKeysMayHave() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };
        assertThatThrownBy(() -> KeyList.read(endless, 10)).hasMessageStartingWith("the list has more than");
    }

    private static List<byte[]> read(String text, int most) throws IOException {
        return KeyList.read(new ByteArrayInputStream(text.getBytes(UTF_8)), most);
    }
}
