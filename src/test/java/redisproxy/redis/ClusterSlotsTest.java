package redisproxy.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.RedisInputStream;

final class ClusterSlotsTest {
    private static final NodeAddress ASKED = new NodeAddress("10.0.0.1", 7000);

    private static ClusterSlots read(String... ranges) {
        String reply = "*" + ranges.length + "\r\n" + String.join("", ranges);
        return ClusterSlots.of(
                new NestedReplies(new RedisInputStream(new ByteArrayInputStream(reply.getBytes(UTF_8)))).read(), ASKED);
    }

    private static String range(int first, int last, String... nodes) {
        return "*%d\r\n:%d\r\n:%d\r\n%s".formatted(2 + nodes.length, first, last, String.join("", nodes));
    }

    private static String node(String host, int port) {
        return "*4\r\n%s:%d\r\n$2\r\nid\r\n*0\r\n".formatted(bulk(host), port);
    }

    private static String bulk(String text) {
        return text == null ? "$-1\r\n" : "$%d\r\n%s\r\n".formatted(text.length(), text);
    }

    @Test
    void tellsMastersAndReplicas() {
        ClusterSlots slots = read(
                range(0, 8191, node("10.0.0.2", 7001), node("10.0.0.3", 7002)),
                range(8192, 16383, node("redis.example", 7003)));
        assertThat(slots.master(0)).isEqualTo(new NodeAddress("10.0.0.2", 7001));
        assertThat(slots.master(8191)).isEqualTo(new NodeAddress("10.0.0.2", 7001));
        assertThat(slots.master(8192)).isEqualTo(new NodeAddress("redis.example", 7003));
        assertThat(slots.isWhole()).isTrue();
        assertThat(slots.count(new NodeAddress("10.0.0.2", 7001))).isEqualTo(8192);
        assertThat(slots.nodes())
                .containsExactly(
                        new NodeAddress("10.0.0.2", 7001),
                        new NodeAddress("redis.example", 7003),
                        new NodeAddress("10.0.0.3", 7002));
        assertThat(slots).hasToString("2 masters and 1 replica");
    }

    @Test
    void tellsSlotsThatNoNodeHolds() {
        ClusterSlots slots = read(range(1, 16383, node("10.0.0.2", 7001)));
        assertThat(slots.master(0)).isNull();
        assertThat(slots.isWhole()).isFalse();
        assertThat(slots).hasToString("1 master and 0 replicas; 1 of 16384 slots is on no node");
        assertThat(read()).hasToString("0 masters and 0 replicas; 16384 of 16384 slots are on no node");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?"})
    void takesTheAskedHostForOneThatIsLeftOut(String host) {
        assertThat(read(range(0, 0, node(host, 7001))).master(0)).isEqualTo(new NodeAddress("10.0.0.1", 7001));
    }

    @Test
    void takesTheAskedHostForNull() {
        assertThat(read(range(0, 0, node(null, 7001))).master(0)).isEqualTo(new NodeAddress("10.0.0.1", 7001));
    }

    @Test
    void takesTheAddressOfANodeThatHasNoName() {
        String more = "*2\r\n" + bulk("ip") + bulk("10.0.0.9");
        String node = "*4\r\n" + bulk("?") + ":7001\r\n" + bulk("id") + more;
        assertThat(read(range(0, 0, node)).master(0)).isEqualTo(new NodeAddress("10.0.0.9", 7001));
    }

    @Test
    void takesIpv6() {
        assertThat(read(range(0, 0, node("fd00::1", 7001))).master(0)).hasToString("[fd00::1]:7001");
    }

    @Test
    void tellsWhichSlotsHaveMoved() {
        ClusterSlots before = read(range(0, 99, node("a", 1)), range(100, 199, node("b", 1)));
        ClusterSlots after = read(range(0, 89, node("a", 1)), range(90, 198, node("b", 1)));
        BitSet moved = new BitSet();
        moved.set(90, 100);
        assertThat(after.movedSince(before)).isEqualTo(moved);
        assertThat(before.movedSince(before).isEmpty()).isTrue();
        assertThat(before.isSameAs(before)).isTrue();
        assertThat(after.isSameAs(before)).isFalse();
    }

    static Stream<String> malformed() {
        return Stream.of(
                range(0, 16384, node("a", 1)),
                range(-1, 0, node("a", 1)),
                range(0, 0),
                range(0, 0, node("a", 0)),
                range(0, 0, node("a", 65536)),
                range(0, 0, bulk("a")),
                "*3\r\n" + bulk("0") + bulk("1") + node("a", 1),
                bulk("a"),
                ":1\r\n");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("malformed")
    void refusesWhatTellsNoSlots(String range) {
        assertThatThrownBy(() -> read(range)).isInstanceOf(MalformedReplyException.class);
    }

    @Test
    void refusesAnotherReply() {
        assertThatThrownBy(() -> ClusterSlots.of(null, ASKED)).isInstanceOf(MalformedReplyException.class);
        assertThatThrownBy(() -> ClusterSlots.of(List.of(List.of()), ASKED))
                .isInstanceOf(MalformedReplyException.class);
    }
}
