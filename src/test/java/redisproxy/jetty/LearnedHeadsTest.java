package redisproxy.jetty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LearnedHeadsTest {
    private final LearnedHeads heads = new LearnedHeads();

    @Test
    void findsOnlyWhatWasLearnedAsAWhole() {
        byte[] head = head("a");
        assertThat(heads.find(head, 0, head.length)).isNull();
        heads.add(head);
        heads.add(head("a"));
        byte[] source = ("xx" + new String(head, US_ASCII) + "GET /").getBytes(US_ASCII);
        assertThat(heads.find(source, 2, source.length)).isSameAs(head);
        assertThat(heads.find(source, 1, source.length)).isNull();
        assertThat(heads.find(source, 2, 2 + head.length)).isSameAs(head);
        assertThat(heads.find(source, 2, 1 + head.length)).isNull();
        assertThat(heads.find(source, source.length + 1, source.length)).isNull();
    }

    @Test
    void connectionsShareEqualHeads() {
        byte[] head = heads.add(head("a"));
        assertThat(heads.add(head("a"))).isSameAs(head);
        assertThat(heads.add(head("a"))).isSameAs(head);
    }

    @Test
    void keepsTheLatestFew() {
        for (int i = 0; i < 9; i++) {
            heads.add(head("a" + i));
            heads.add(head("a" + i));
        }
        assertThat(isKnown("a0")).isFalse();
        for (int i = 1; i < 9; i++) {
            assertThat(isKnown("a" + i)).isTrue();
        }
    }

    @Test
    void findsNoneThatWasAddedOnce() {
        heads.add(head("a"));
        assertThat(isKnown("a")).isFalse();
        heads.add(head("a"));
        assertThat(isKnown("a")).isTrue();
    }

    /** Some clients number their requests in a header. */
    @Test
    void headsThatOccurOnceEvictNone() {
        heads.add(head("a"));
        heads.add(head("a"));
        for (int i = 0; i < 100; i++) {
            heads.add(head("once" + i));
        }
        assertThat(isKnown("a")).isTrue();
        assertThat(isKnown("once99")).isFalse();
    }

    private boolean isKnown(String value) {
        byte[] head = head(value);
        return heads.find(head, 0, head.length) != null;
    }

    private static byte[] head(String value) {
        return ("Host: " + value + "\r\n\r\n").getBytes(US_ASCII);
    }
}
