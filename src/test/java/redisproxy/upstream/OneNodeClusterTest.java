package redisproxy.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

final class OneNodeClusterTest {
    private final OneNodeCluster cluster = new OneNodeCluster("127.0.0.1", 7000);

    private record Words(List<String> words) implements CommandArguments {
        @Override
        public int count() {
            return words.size();
        }

        @Override
        public byte[] bytes(int index) {
            return words.get(index).getBytes(UTF_8);
        }
    }

    private String answer(boolean resp3, String... words) {
        byte[] answer = cluster.answer(new Words(List.of(words)), resp3);
        return answer == null ? "none" : new String(answer, UTF_8);
    }

    @Test
    void hasAllSlots() {
        String id = answer(false, "CLUSTER", "MYID").split("\r\n", -1)[1];
        assertThat(id).matches("[0-9a-f]{40}");
        assertThat(answer(false, "cluster", "slots"))
                .isEqualTo("*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n$9\r\n127.0.0.1\r\n:7000\r\n$40\r\n" + id + "\r\n*0\r\n");
        assertThat(answer(false, "CLUSTER", "NODES"))
                .endsWith("\r\n" + id + " 127.0.0.1:7000@7000 myself,master - 0 0 1 connected 0-16383\n\r\n");
        assertThat(answer(true, "CLUSTER", "NODES")).startsWith("=").contains("\r\ntxt:" + id);
        assertThat(answer(false, "CLUSTER", "INFO")).contains("cluster_state:ok\r\n");
        assertThat(answer(false, "CLUSTER", "SHARDS")).startsWith("*1\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n");
        assertThat(answer(true, "CLUSTER", "SHARDS")).startsWith("*1\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n");
    }

    @Test
    void leavesTheRestToOthers() {
        assertThat(answer(false, "CLUSTER")).isEqualTo("none");
        assertThat(answer(false, "CLUSTER", "FAILOVER")).isEqualTo("none");
        assertThat(answer(false, "CLUSTER", "COUNTKEYSINSLOT", "1")).isEqualTo("none");
        assertThat(answer(false, "CLUSTER", "SLOTS", "1")).isEqualTo("none");
    }

    @Test
    void findsTheSlotsThatClientsFind() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            byte[] key = new byte[random.nextInt(12)];
            for (int at = 0; at < key.length; at++) {
                key[at] = (byte) "ab{}\u00ff".charAt(random.nextInt(5));
            }
            assertThat(OneNodeCluster.slot(key)).isEqualTo(JedisClusterCRC16.getSlot(key));
        }
        assertThat(answer(false, "CLUSTER", "KEYSLOT", "somekey")).isEqualTo(":11058\r\n");
    }
}
