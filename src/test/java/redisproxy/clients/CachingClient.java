package redisproxy.clients;

import io.lettuce.core.RedisClient;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RClientSideCaching;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.ClientSideCachingOptions;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;
import redis.clients.jedis.csc.CacheConfig;
import redisproxy.testkit.Address;

/** A Redis library that keeps what it has read itself, and has itself told of writes. */
interface CachingClient extends AutoCloseable {
    /** Returns the value of a key, which the client may hold; null if there is none. */
    String get(String key);

    /** Writes a value as the client writes others. */
    void set(String key, String value);

    @Override
    void close();

    /** The libraries. */
    enum Library {
        JEDIS(true),
        LETTUCE(false),
        REDISSON(false);

        /** Whether it drops all when Redis says that all has been written, which Lettuce 7.7 and Redisson 4.7 do not. */
        final boolean dropsAll;

        Library(boolean dropsAll) {
            this.dropsAll = dropsAll;
        }

        CachingClient connect(Address address) {
            return switch (this) {
                case JEDIS -> new Jedis(address);
                case LETTUCE -> new Lettuce(address);
                case REDISSON -> new RedissonCaching(address);
            };
        }
    }

    /** Jedis, which asks for a Redis of 7.4 or later. */
    final class Jedis implements CachingClient {
        private final redis.clients.jedis.RedisClient jedis;

        Jedis(Address address) {
            jedis = redis.clients.jedis.RedisClient.builder()
                    .hostAndPort(address.host(), address.port())
                    .cacheConfig(CacheConfig.builder().maxSize(100).build())
                    .build();
        }

        @Override
        public String get(String key) {
            return jedis.get(key);
        }

        @Override
        public void set(String key, String value) {
            jedis.set(key, value);
        }

        @Override
        public void close() {
            jedis.close();
        }
    }

    /** Lettuce, with a map of its own behind it. */
    final class Lettuce implements CachingClient {
        private final RedisClient lettuce;
        private final StatefulRedisConnection<String, String> connection;
        private final CacheFrontend<String, String> frontend;

        Lettuce(Address address) {
            lettuce = RedisClient.create("redis://" + address);
            connection = lettuce.connect();
            Map<String, String> map = new ConcurrentHashMap<>();
            frontend = ClientSideCaching.enable(CacheAccessor.forMap(map), connection, TrackingArgs.Builder.enabled());
        }

        @Override
        public String get(String key) {
            return frontend.get(key);
        }

        @Override
        public void set(String key, String value) {
            connection.sync().set(key, value);
        }

        @Override
        public void close() {
            lettuce.shutdown(Duration.ZERO, Address.PATIENCE);
        }
    }

    /** Redisson. */
    final class RedissonCaching implements CachingClient {
        private final RedissonClient redisson;
        private final RClientSideCaching caching;

        RedissonCaching(Address address) {
            Config config = new Config().setProtocol(Protocol.RESP3);
            config.useSingleServer().setAddress("redis://" + address);
            redisson = Redisson.create(config);
            caching = redisson.getClientSideCaching(ClientSideCachingOptions.defaults());
        }

        @Override
        public String get(String key) {
            return caching.<String>getBucket(key, StringCodec.INSTANCE).get();
        }

        @Override
        public void set(String key, String value) {
            redisson.<String>getBucket(key, StringCodec.INSTANCE).set(value);
        }

        @Override
        public void close() {
            redisson.shutdown(0, Address.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
