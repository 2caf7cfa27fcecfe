package redisproxy.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.JedisClusterCRC16;

final class KeySlotTest {
    private static final long SEED = 20_261_128;

    /** The check value of the specification of the Cluster. */
    @Test
    void isAsTheSpecificationSays() {
        assertThat(KeySlot.of("123456789".getBytes(UTF_8))).isEqualTo(0x31C3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "{}",
                "{}a",
                "a{}",
                "{a}",
                "{user1000}.following",
                "foo{}{bar}",
                "foo{{bar}}zap",
                "foo{bar}{zap}",
                "a}b{c",
                "a}b{c}d",
                "{a",
                "ab",
                "abc",
                "abcd",
                "abcde"
            })
    void hashTagsAreThoseOfJedis(String key) {
        byte[] bytes = key.getBytes(UTF_8);
        assertThat(KeySlot.of(bytes)).isEqualTo(JedisClusterCRC16.getSlot(bytes));
    }

    @Test
    void isThatOfJedisForAnyBytes() {
        Random random = new Random(SEED);
        for (int i = 0; i < 100_000; i++) {
            byte[] key = new byte[random.nextInt(40)];
            random.nextBytes(key);
            for (int j = random.nextInt(4); j > 0 && key.length > 0; j--) {
                key[random.nextInt(key.length)] = (byte) (random.nextBoolean() ? '{' : '}');
            }
            assertThat(KeySlot.of(key)).as("seed %d, key %d", SEED, i).isEqualTo(JedisClusterCRC16.getSlot(key));
        }
    }
}
