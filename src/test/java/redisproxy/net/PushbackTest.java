package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class PushbackTest {
    private final Pushback pushback = new Pushback();

    @Test
    void isReadAgainInPieces() {
        byte[] source = {0, 1, 2, 3, 4, 5};
        pushback.put(source, 1, 5);
        source[1] = 9;
        assertThat(pushback.size()).isEqualTo(4);
        ByteBuffer small = ByteBuffer.allocate(3);
        assertThat(pushback.moveTo(small)).isEqualTo(3);
        assertThat(small.array()).containsExactly(1, 2, 3);
        ByteBuffer large = ByteBuffer.allocate(3);
        assertThat(pushback.moveTo(large)).isEqualTo(1);
        assertThat(large.position()).isEqualTo(1);
        assertThat(large.get(0)).isEqualTo((byte) 4);
        assertThat(pushback.isEmpty()).isTrue();
        assertThat(pushback.moveTo(large)).isZero();
    }

    @Test
    void takesNothingMoreUntilItIsRead() {
        pushback.put(new byte[1], 0, 0);
        pushback.put(new byte[1], 0, 1);
        assertThatThrownBy(() -> pushback.put(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
    }
}
