package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HeldRepliesTest {
    private static final int MOST = 3 * HeldReplies.LEAST_BYTES;
    private static final byte[] LARGE = new byte[2 * HeldReplies.LEAST_BYTES];

    private final HeldReplies held = new HeldReplies(MOST);

    private Reply reply() {
        return new Reply(() -> {}, /* resp3= */ false).heldBy(held);
    }

    private static String text(Reply reply) {
        ByteBuffer out = ByteBuffer.allocate(LARGE.length + 1000);
        assertThat(reply.writeTo(out)).isTrue();
        return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void holdsNoMoreThanTheBoundAndOne() {
        Reply first = reply();
        Reply second = reply();
        Reply third = reply();
        first.encoded(LARGE);
        second.encoded(LARGE);
        third.encoded(LARGE);
        assertThat(held.bytes()).isEqualTo(2L * LARGE.length);
        assertThat(first.size()).isEqualTo(LARGE.length);
        assertThat(second.size()).isEqualTo(LARGE.length);
        assertThat(text(third))
                .startsWith("-ERR the reply of Redis, of " + LARGE.length + " bytes, was thrown away")
                .contains("more than " + MOST + " bytes");
        first.done();
        second.done();
        third.done();
        assertThat(held.bytes()).isZero();
        Reply fourth = reply();
        fourth.encoded(LARGE);
        assertThat(fourth.size()).isEqualTo(LARGE.length);
    }

    @Test
    void countsNothingForAClientThatHasGone() {
        Reply late = reply();
        late.done();
        late.encoded(LARGE);
        assertThat(held.bytes()).isZero();
        Reply early = reply();
        early.encoded(LARGE);
        early.done();
        early.done();
        assertThat(held.bytes()).isZero();
    }

    @Test
    void countsNoSmallOnes() {
        Reply small = reply();
        small.encoded(new byte[HeldReplies.LEAST_BYTES - 1]);
        assertThat(held.bytes()).isZero();
        small.done();
        assertThat(held.bytes()).isZero();
    }
}
