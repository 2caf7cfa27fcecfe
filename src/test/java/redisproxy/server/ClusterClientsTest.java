package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Clients for a Cluster, and others, that are pointed at the proxy in front of a Cluster. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterClientsTest {
    private static final int KEYS = 50;

    private static RedisCluster cluster;
    private static ProxyServer proxy;
    private static Address resp;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.started(3, 0);
        proxy = ProxyServer.start(
                LoopbackConfig.of(cluster.node(0).address(), "--redis-mode=cluster", "--commands=all"));
        resp = Address.loopback(proxy.respPort());
        try (RespClient client = RespClient.connect(resp)) {
            await().until(() -> client.call("SET", "first", "value").equals(new Reply.Simple("OK")));
        }
    }

    @AfterAll
    static void stop() {
        proxy.close();
        cluster.close();
    }

    @Test
    void aClientForAClusterReadsAndWritesThroughTheProxy() {
        try (RedisClusterClient client = RedisClusterClient.builder()
                .nodes(Set.of(new HostAndPort(resp.host(), resp.port())))
                .build()) {
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.set("key" + i, "value" + i)).isEqualTo("OK");
            }
            for (int i = 0; i < KEYS; i++) {
                assertThat(client.get("key" + i)).isEqualTo("value" + i);
            }
            assertThat(client.getClusterNodes()).hasSize(1);
        }
    }

    @Test
    void theProxyIsTheOneNode() {
        try (RespClient client = RespClient.connect(resp)) {
            Reply.Items slots = (Reply.Items) client.call("CLUSTER", "SLOTS");
            Reply.Items range = (Reply.Items) slots.items().get(0);
            assertThat(slots.items()).hasSize(1);
            assertThat(range.items().subList(0, 2)).isEqualTo(List.of(new Reply.Whole(0), new Reply.Whole(16_383)));
            assertThat(((Reply.Items) range.items().get(2)).items().subList(0, 2))
                    .isEqualTo(List.of(Reply.bulk(resp.host()), new Reply.Whole(resp.port())));
            assertThat(client.call("CLUSTER", "KEYSLOT", "key")).isEqualTo(new Reply.Whole(12_539));
            assertThat(client.call("CLUSTER", "RESET")).isInstanceOf(Reply.Failure.class);
        }
    }

    @Test
    void manyKeysMayBeOnSeveralNodes() {
        try (RespClient client = RespClient.connect(resp)) {
            client.call("MSET", "a", "1", "b", "2", "c", "3");
            assertThat(client.call("MGET", "a", "b", "c", "none"))
                    .isEqualTo(new Reply.Items(
                            List.of(Reply.bulk("1"), Reply.bulk("2"), Reply.bulk("3"), new Reply.Nil("$-1"))));
            assertThat(client.call("DEL", "a", "b", "c", "none")).isEqualTo(new Reply.Whole(3));
            assertThat(client.call("SINTERSTORE", "a", "b", "c").toString()).contains("CROSSSLOT");
        }
    }
}
