package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HeapRoomTest {
    private static final long HEAP = 64L << 20;

    @Test
    void refusesBytesBeyondTheHeap() {
        assertThatThrownBy(() -> check("64mb"))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "CACHE_MAX_BYTES: 67108864 bytes do not fit into the heap of 64 MiB (expected: less, or a larger"
                                + " -Xmx)");
        assertThatCode(() -> check("32mb")).doesNotThrowAnyException();
    }

    private static void check(String bytes) {
        HeapRoom.check(ProxyConfig.fromArgs("--cache-max-bytes", bytes).cache(), HEAP);
    }
}
