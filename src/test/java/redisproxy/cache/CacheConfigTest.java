package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CacheConfigTest {
    @Test
    void defaults() {
        assertThat(CacheConfig.defaults()).isEqualTo(new CacheConfig(100_000, Duration.ofSeconds(60)));
    }

    @Test
    void namesTheBoundOfASize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheConfig(0, Duration.ofSeconds(1)))
                .withMessage("maxEntries: 0 (expected: 1 to 100000000)");
        assertThatIllegalArgumentException().isThrownBy(() -> new CacheConfig(100_000_001, Duration.ofSeconds(1)));
    }

    @Test
    void namesTheBoundOfATtl() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CacheConfig(1, Duration.ZERO))
                .withMessageStartingWith("ttl: PT0S (expected: PT0.001S to ");
        assertThatIllegalArgumentException().isThrownBy(() -> new CacheConfig(1, Duration.ofDays(4000)));
    }
}
