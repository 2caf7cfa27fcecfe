package redisproxy.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;

/** Redis libraries log in to the proxy as they do to Redis. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class UsersOfClientsTest {
    private static RedisServerProcess redis;
    private static ProxyServer proxy;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            control.call("MSET", "app:1", "own", "other", "hidden");
        }
        Path users = Files.writeString(
                folder.resolve("users.acl"),
                "user default on >pass ~* +@all\nuser alice on >secret ~app:* +@read +@connection +info\n");
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--redis-host=127.0.0.1",
                "--redis-port=" + redis.address().port(),
                "--acl-file=" + users));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    void jedis(RedisProtocol protocol) {
        try (RedisClient alice = jedis(protocol, "alice", "secret");
                RedisClient byDefault = jedis(protocol, null, "pass")) {
            assertThat(alice.get("app:1")).isEqualTo("own");
            assertThatThrownBy(() -> alice.get("other"))
                    .isInstanceOf(JedisAccessControlException.class)
                    .hasMessageContaining("NOPERM");
            assertThat(byDefault.get("other")).isEqualTo("hidden");
        }
        assertThatThrownBy(() -> {
                    try (RedisClient wrong = jedis(protocol, "alice", "wrong")) {
                        assertThat(wrong.get("app:1")).isNull();
                    }
                })
                .hasStackTraceContaining("WRONGPASS");
    }

    private static RedisClient jedis(RedisProtocol protocol, String user, String password) {
        return RedisClient.builder()
                .hostAndPort("127.0.0.1", proxy.respPort())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .user(user)
                        .password(password)
                        .build())
                .build();
    }

    @Test
    void lettuce() {
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(proxy.respPort())
                .withAuthentication("alice", "secret".toCharArray())
                .build();
        try (io.lettuce.core.RedisClient lettuce = io.lettuce.core.RedisClient.create(uri);
                StatefulRedisConnection<String, String> connection = lettuce.connect()) {
            assertThat(connection.sync().get("app:1")).isEqualTo("own");
            assertThatThrownBy(() -> connection.sync().get("other")).hasMessageContaining("NOPERM");
        }
    }

    @Test
    void redisson() {
        Config config = new Config();
        config.setUsername("alice").setPassword("secret");
        config.useSingleServer().setAddress("redis://127.0.0.1:" + proxy.respPort());
        RedissonClient redisson = Redisson.create(config);
        try {
            assertThat(redisson.<String>getBucket("app:1", StringCodec.INSTANCE).get())
                    .isEqualTo("own");
            assertThatThrownBy(() ->
                            redisson.getBucket("other", StringCodec.INSTANCE).get())
                    .hasMessageContaining("NOPERM");
        } finally {
            redisson.shutdown();
        }
    }
}
