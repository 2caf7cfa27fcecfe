package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerEncoderTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 0x01234567, 0x89ABCDEF, 0xFEDCBA98, 0x9A9A9A9A, 0xA0000000, 0x0000000A})
    void writesHexDigits(int bits) {
        ByteBuffer digits = ByteBuffer.allocate(Long.BYTES).putLong(AnswerEncoder.hexDigits(bits));
        assertThat(StandardCharsets.US_ASCII.decode(digits.flip()).toString())
                .isEqualTo(HexFormat.of().toHexDigits(bits));
    }
}
