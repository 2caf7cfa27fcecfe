package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecimalsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 99, 100, 65_536, 999_999_999, 1_000_000_000, Integer.MAX_VALUE})
    void putsTheDigits(int value) {
        ByteBuffer out = ByteBuffer.allocate(10);
        Decimals.put(out, value);
        assertThat(new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII))
                .isEqualTo(Integer.toString(value));
    }
}
