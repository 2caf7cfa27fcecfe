package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.testkit.Bytes;

final class PercentDecoderTest {
    @Test
    void decodesEveryByte() throws Exception {
        StringBuilder upper = new StringBuilder();
        StringBuilder lower = new StringBuilder();
        for (int value = 0; value < 256; value++) {
            upper.append(String.format("%%%02X", value));
            lower.append(String.format("%%%02x", value));
        }
        assertThat(decode(upper.toString())).isEqualTo(Bytes.everyValue());
        assertThat(decode(lower.toString())).isEqualTo(Bytes.everyValue());
    }

    @Test
    void keepsPlainCharacters() throws Exception {
        assertThat(decode("")).isEqualTo(Bytes.of());
        assertThat(decode("a/b;c?d#e&f=g.h..~")).isEqualTo(Bytes.utf8("a/b;c?d#e&f=g.h..~"));
        assertThat(decode("schlüssel€😀")).isEqualTo(Bytes.utf8("schlüssel€😀"));
        assertThat(decode("%25%32%30")).isEqualTo(Bytes.utf8("%20"));
    }

    @Test
    void plusIsSpaceInQueriesOnly() throws Exception {
        assertThat(Bytes.of(PercentDecoder.decode("a+b%2B", true))).isEqualTo(Bytes.utf8("a b+"));
        assertThat(decode("a+b%2B")).isEqualTo(Bytes.utf8("a+b+"));
    }

    @ParameterizedTest
    @CsvSource({"%, %", "a%, %", "%4, %4", "%zz, %zz", "%4g!, %4g", "%+1, %+1", "% 41, % 4", "%%41, %%4", "%-1, %-1"})
    void refusesMalformedEncoding(String encoded, String shown) {
        assertThatThrownBy(() -> decode(encoded))
                .isInstanceOf(BadTargetException.class)
                .hasMessage("malformed percent-encoding at '%s'", shown);
    }

    @Test
    void refusesReplacementCharacters() {
        assertThatThrownBy(() -> decode("a\uFFFDb"))
                .isInstanceOf(BadTargetException.class)
                .hasMessage("bytes that are not UTF-8 must be percent-encoded");
    }

    private static Bytes decode(String encoded) throws BadTargetException {
        return Bytes.of(PercentDecoder.decode(encoded, /* plusIsSpace= */ false));
    }
}
