package redisproxy.redis;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.Coherence;
import redisproxy.cache.Invalidations;
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
        InvalidationReader reader = new InvalidationReader(stream(input), new Told());
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
        Told told = new Told();
        Message kind = new InvalidationReader(stream(message.toArray()), told).read();
        if (kind != Message.INVALIDATION || !told.keys.equals(List.of(Bytes.of(key)))) {
            throw new AssertionError("told %s of %s: %s".formatted(kind, Bytes.of(key), told.keys));
        }
    }

    private static RedisInputStream stream(byte[] input) {
        return new RedisInputStream(new ByteArrayInputStream(input));
    }

    /** Remembers the keys. A reader of messages must not call the other methods. */
    private static final class Told implements Invalidations {
        private static final Bytes ALL = Bytes.utf8("(all)");

        final List<Bytes> keys = new ArrayList<>();

        @Override
        public void invalidate(byte[] key) {
            keys.add(Bytes.of(key));
        }

        @Override
        public void invalidateAll() {
            keys.add(ALL);
        }

        @Override
        public void begin(Coherence coherence) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void heard(long nanosAgo) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void lose(long silentNanos) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Coherence coherence() {
            throw new UnsupportedOperationException();
        }
    }
}
