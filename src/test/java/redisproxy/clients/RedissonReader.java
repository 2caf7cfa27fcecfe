package redisproxy.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RFuture;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;
import redisproxy.testkit.Address;

/** Redisson, with codecs for plain values: by default it reads its own encoding, which other programs do not write. */
final class RedissonReader implements Client {
    private final RedissonClient redisson;

    private RedissonReader(Config config, Address address) {
        config.useSingleServer().setAddress("redis://" + address);
        redisson = Redisson.create(config);
    }

    static RedissonReader byDefault(Address address) {
        return new RedissonReader(new Config(), address);
    }

    static RedissonReader speaking(Protocol protocol, Address address) {
        return new RedissonReader(new Config().setProtocol(protocol), address);
    }

    @Override
    public String text(String key) {
        return redisson.<String>getBucket(key, StringCodec.INSTANCE).get();
    }

    @Override
    public byte[] bytes(String key) {
        return redisson.<byte[]>getBucket(key, ByteArrayCodec.INSTANCE).get();
    }

    @Override
    public List<String> pipelined(List<String> keys) {
        RBatch batch = redisson.createBatch();
        List<RFuture<String>> replies = keys.stream()
                .map(key -> batch.<String>getBucket(key, StringCodec.INSTANCE).getAsync())
                .toList();
        batch.execute();
        return replies.stream().map(reply -> reply.toCompletableFuture().join()).toList();
    }

    @Override
    public List<String> together(List<String> keys) {
        Map<String, String> found = redisson.getBuckets(StringCodec.INSTANCE).get(keys.toArray(String[]::new));
        List<String> values = new ArrayList<>();
        keys.forEach(key -> values.add(found.get(key)));
        return values;
    }

    @Override
    public void close() {
        redisson.shutdown(0, Address.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
