package redisproxy.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.testkit.Address;

/** Jedis over one connection: its oldest API. */
final class SingleJedis implements Client {
    private final Jedis jedis;

    private SingleJedis(Jedis jedis) {
        this.jedis = jedis;
    }

    static SingleJedis byDefault(Address address) {
        return new SingleJedis(new Jedis(address.host(), address.port()));
    }

    static SingleJedis speaking(RedisProtocol protocol, Address address) {
        return new SingleJedis(new Jedis(
                address.host(),
                address.port(),
                DefaultJedisClientConfig.builder().protocol(protocol).build()));
    }

    @Override
    public String text(String key) {
        return connected(() -> jedis.get(key));
    }

    @Override
    public byte[] bytes(String key) {
        return connected(() -> jedis.get(key.getBytes(UTF_8)));
    }

    @Override
    public List<String> pipelined(List<String> keys) {
        return connected(() -> {
            try (AbstractPipeline pipeline = jedis.pipelined()) {
                List<Response<String>> replies =
                        keys.stream().map(pipeline::get).toList();
                pipeline.sync();
                return replies.stream().map(Response::get).toList();
            }
        });
    }

    @Override
    public List<String> together(List<String> keys) {
        return connected(() -> jedis.mget(keys.toArray(String[]::new)));
    }

    /** Jedis connects again when it knows that it is disconnected, but does not notice that a connection broke. */
    private <T> T connected(Supplier<T> command) {
        try {
            return command.get();
        } catch (JedisConnectionException e) {
            jedis.disconnect();
            throw e;
        }
    }

    @Override
    public void close() {
        jedis.close();
    }
}
