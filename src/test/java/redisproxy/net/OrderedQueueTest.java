package redisproxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class OrderedQueueTest {
    private final OrderedQueue<Pending> queue = new OrderedQueue<>();
    private final Pending first = new Pending();
    private final Pending second = new Pending();

    @Test
    void repliesWaitForThoseBeforeThem() {
        queue.add(first, 1);
        queue.add(second, 1);
        second.ready = true;
        assertThat(queue.ready()).isNull();
        first.ready = true;
        assertThat(queue.ready()).isSameAs(first);
        queue.remove();
        assertThat(queue.ready()).isSameAs(second);
        queue.remove();
        assertThat(queue.ready()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void countsRepliesAndBytes() {
        queue.add(first, 10);
        queue.add(second, Integer.MAX_VALUE);
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.bytes()).isEqualTo(10L + Integer.MAX_VALUE);
        queue.remove();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.bytes()).isEqualTo(Integer.MAX_VALUE);
        queue.clear();
        assertThat(queue.size()).isZero();
        assertThat(queue.bytes()).isZero();
        queue.add(first, 3);
        assertThat(queue.bytes()).isEqualTo(3);
    }

    @Test
    void hasNothingToRemoveWhenEmpty() {
        assertThatThrownBy(queue::remove).isInstanceOf(IllegalStateException.class);
    }

    private static final class Pending implements OrderedQueue.Pending {
        boolean ready;

        @Override
        public boolean isReady() {
            return ready;
        }
    }
}
