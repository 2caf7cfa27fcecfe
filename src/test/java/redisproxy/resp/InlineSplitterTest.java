package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;

final class InlineSplitterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "GET k|GET,k",
                "  GET   k  |GET,k",
                "GET\tk|GET,k",
                "GET \"a b\"|GET,a b",
                "GET 'a b'|GET,a b",
                "GET \"\"|GET,``",
                "foo\"bar\"|foobar",
                "foo'bar baz' x|foobar baz,x",
                "\"a\\\"b\"|a\"b",
                "\"a\\\\b\"|a\\b",
                "'a\\'b'|a'b",
                "'a\\nb'|a\\nb",
                "\"\\q\"|q",
                "\"\\x41\\x4a\\x4A\"|AJJ",
                "\"\\xg1\"|xg1",
                "\"\\x4\"|x4",
                "a\\nb|a\\nb",
                "'\"' \"'\"|\",'"
            })
    void splits(String line, String words) throws Exception {
        String[] expected = words.replace("``", "").split(",", -1);
        assertThat(split(Bytes.utf8(line)))
                .containsExactly(Stream.of(expected).map(Bytes::utf8).toArray(Bytes[]::new));
    }

    @Test
    void readsEscapesInDoubleQuotes() throws Exception {
        assertThat(split(Bytes.utf8("\"\\n\\r\\t\\b\\a\\x00\\xfF\"")))
                .containsExactly(Bytes.escaped("\\n\\r\\x09\\x08\\x07\\x00\\xFF"));
    }

    @Test
    void keepsBytesBeyondAscii() throws Exception {
        assertThat(split(Bytes.escaped("\\xFF\\x80 '\\xC3'")))
                .containsExactly(Bytes.escaped("\\xFF\\x80"), Bytes.escaped("\\xC3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\t\r"})
    void blankLinesHaveNoWords(String line) throws Exception {
        assertThat(split(Bytes.utf8(line))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "'", "\"a", "'a", "\"a\"b", "'a'b", "\"a\\\"", "'a\\'", "\"a\\", "\"\\x4", "'a''b'"})
    void refusesUnbalancedQuotes(String line) {
        assertThatThrownBy(() -> split(Bytes.utf8(line)))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage("unbalanced quotes in request");
    }

    @Test
    void quotedRandomBytesComeBack() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] word = new byte[random.nextInt(20)];
            random.nextBytes(word);
            StringBuilder quoted = new StringBuilder("\"");
            for (byte each : word) {
                quoted.append(String.format("\\x%02x", each));
            }
            assertThat(split(Bytes.utf8(quoted.append('"').toString()))).containsExactly(Bytes.of(word));
        }
    }

    private static Bytes[] split(Bytes line) throws RespProtocolException {
        byte[] padded = Bytes.utf8("##").plus(line).plus(Bytes.utf8("\"##")).toArray();
        return Stream.of(InlineSplitter.split(padded, 2, 2 + line.size()))
                .map(Bytes::of)
                .toArray(Bytes[]::new);
    }
}
