package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryVitalTest {
    @Test
    void isThereInAProcessWithRoom() {
        assertThat(MemoryVital.ofHeap(Runtime.getRuntime().maxMemory()).lost()).isNull();
    }

    @Test
    void isLostWhileAnAllocationFails() {
        MemoryVital vital = new MemoryVital(Integer.MAX_VALUE);
        assertThat(vital.lost()).isEqualTo("free memory");
        assertThat(vital.lost()).isEqualTo("free memory");
    }
}
