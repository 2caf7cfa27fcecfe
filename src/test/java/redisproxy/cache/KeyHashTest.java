package redisproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyHashTest {
    @Test
    void dependsOnTheBytesAlone() {
        byte[] key = "some key of 23 bytes...".getBytes(StandardCharsets.US_ASCII);
        byte[] larger = new byte[key.length + 20];
        for (int offset = 0; offset < 20; offset++) {
            Arrays.fill(larger, (byte) offset);
            System.arraycopy(key, 0, larger, offset, key.length);
            assertThat(KeyHash.hash(larger, offset, key.length)).isEqualTo(KeyHash.hash(key, 0, key.length));
        }
    }

    @Test
    void tellsLengthsApart() {
        Set<Integer> hashes = new HashSet<>();
        for (int length = 0; length < 64; length++) {
            hashes.add(KeyHash.hash(new byte[64], 0, length));
        }
        assertThat(hashes).hasSize(64);
    }

    @Test
    void spreadsNumberedKeysOverBuckets() {
        int buckets = 1 << 14;
        int[] load = new int[buckets];
        for (int i = 0; i < buckets; i++) {
            byte[] key = "key:%012d".formatted(i).getBytes(StandardCharsets.US_ASCII);
            load[KeyHash.hash(key, 0, key.length) & (buckets - 1)]++;
        }
        // As many balls as bins, thrown at random: the chance of more than 14 in one bin is one in ten million.
        assertThat(Arrays.stream(load).max().orElseThrow()).isLessThanOrEqualTo(14);
    }
}
