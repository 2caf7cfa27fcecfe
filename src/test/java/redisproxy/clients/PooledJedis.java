package redisproxy.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redisproxy.testkit.Address;

/** Jedis with its pool. */
final class PooledJedis implements Client {
    private final RedisClient jedis;

    private PooledJedis(RedisClient jedis) {
        this.jedis = jedis;
    }

    static PooledJedis byDefault(Address address) {
        return new PooledJedis(RedisClient.create(address.host(), address.port()));
    }

    static PooledJedis speaking(RedisProtocol protocol, Address address) {
        return new PooledJedis(RedisClient.builder()
                .hostAndPort(address.host(), address.port())
                .clientConfig(
                        DefaultJedisClientConfig.builder().protocol(protocol).build())
                .build());
    }

    @Override
    public String text(String key) {
        return jedis.get(key);
    }

    @Override
    public byte[] bytes(String key) {
        return jedis.get(key.getBytes(UTF_8));
    }

    @Override
    public List<String> pipelined(List<String> keys) {
        try (Pipeline pipeline = jedis.pipelined()) {
            List<Response<String>> replies = keys.stream().map(pipeline::get).toList();
            pipeline.sync();
            return replies.stream().map(Response::get).toList();
        }
    }

    @Override
    public List<String> together(List<String> keys) {
        return jedis.mget(keys.toArray(String[]::new));
    }

    @Override
    public void close() {
        jedis.close();
    }
}
