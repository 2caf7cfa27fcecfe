package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MemoryInfoTest {
    @ParameterizedTest
    @CsvSource({"0, 0B", "1023, 1023B", "1024, 1.00K", "1536, 1.50K", "1073741824, 1.00G", "1125899906842624, 1.00P"})
    void bytesAreShownAsRedisShowsThem(long bytes, String shown) {
        assertThat(MemoryInfo.human(bytes)).isEqualTo(shown);
    }
}
