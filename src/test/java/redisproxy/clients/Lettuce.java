package redisproxy.clients;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import redisproxy.testkit.Address;

/** Lettuce, with a connection for text and one for bytes. */
final class Lettuce implements Client {
    private final RedisClient lettuce;
    private final StatefulRedisConnection<String, String> texts;
    private final StatefulRedisConnection<String, byte[]> bytes;

    private Lettuce(RedisClient lettuce) {
        this.lettuce = lettuce;
        texts = lettuce.connect();
        bytes = lettuce.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    }

    static Lettuce byDefault(Address address) {
        return new Lettuce(RedisClient.create("redis://" + address));
    }

    static Lettuce speaking(ProtocolVersion protocol, Address address) {
        RedisClient lettuce = RedisClient.create("redis://" + address);
        lettuce.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        return new Lettuce(lettuce);
    }

    @Override
    public String text(String key) {
        return texts.sync().get(key);
    }

    @Override
    public byte[] bytes(String key) {
        return bytes.sync().get(key);
    }

    @Override
    public List<String> pipelined(List<String> keys) {
        List<RedisFuture<String>> replies =
                keys.stream().map(texts.async()::get).toList();
        LettuceFutures.awaitAll(Address.PATIENCE, replies.toArray(Future[]::new));
        return replies.stream().map(reply -> reply.toCompletableFuture().join()).toList();
    }

    @Override
    public List<String> together(List<String> keys) {
        return texts.sync().mget(keys.toArray(String[]::new)).stream()
                .map(found -> found.getValueOrElse(null))
                .toList();
    }

    @Override
    public void close() {
        lettuce.shutdown(Duration.ZERO, Address.PATIENCE);
    }
}
