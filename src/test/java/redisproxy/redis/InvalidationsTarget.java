package redisproxy.redis;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.redis.InvalidationReader.Message;
import redisproxy.testkit.Allocation;
import redisproxy.testkit.Bytes;

/** What must hold of the reader of invalidations for any bytes that may come, and for any key that they may name. */
public final class InvalidationsTarget {
    private InvalidationsTarget() {}

    public static void run(byte[] input) {
        Allocation.isBounded(input, () -> endsInALoss(input));
        tellsTheKey(input);
    }

    private static void endsInALoss(byte[] input) {
        InvalidationReader reader = new InvalidationReader(stream(input), new ReportedKeys());
        int messages = 0;
        try {
            while (messages <= input.length) {
                reader.read();
                messages++;
            }
            throw new AssertionError("more messages than bytes");
        } catch (JedisConnectionException loss) {
            // What any connection ends with.
        }
    }

    private static void tellsTheKey(byte[] key) {
        String head = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$" + key.length + "\r\n";
        Bytes message = Bytes.utf8(head).plus(Bytes.of(key)).plus(Bytes.utf8("\r\n"));
        ReportedKeys told = new ReportedKeys();
        Message kind = new InvalidationReader(stream(message.toArray()), told).read();
        if (kind != Message.INVALIDATION || !told.keys.equals(List.of(new String(key, StandardCharsets.ISO_8859_1)))) {
            throw new AssertionError("told %s of %s: %s".formatted(kind, Bytes.of(key), told.keys));
        }
    }

    private static RedisInputStream stream(byte[] input) {
        return new RedisInputStream(new ByteArrayInputStream(input));
    }
}
