package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.Invalidations;

/**
 * Reads what a tracking connection gets (RESP3, and "Server-assisted client side caching" of the Redis documentation): push
 * messages that name the keys written, one key at a time however many there are, and replies to PING. Belongs to one
 * thread, which it blocks.
 */
final class InvalidationReader {
    private static final byte[] INVALIDATE = "invalidate".getBytes(US_ASCII);
    private static final byte[] REDIRECTION_BROKEN = "tracking-redir-broken".getBytes(US_ASCII);

    private final RespReader in;
    private final Invalidations cache;

    /** What a message was. */
    enum Message {
        INVALIDATION,
        REPLY,
        OTHER
    }

    InvalidationReader(RedisInputStream in, Invalidations cache) {
        this.in = new RespReader(in);
        this.cache = cache;
    }

    /**
     * Reads one message, and reports to the cache what it says.
     *
     * @throws JedisConnectionException if the connection ends, or the message is not RESP3
     */
    Message read() {
        byte type = in.type();
        if (type == '>') {
            return push(in.count(Integer.MAX_VALUE));
        }
        if (type == '-') {
            throw new MalformedReplyException("the error " + new String(in.line(), ISO_8859_1));
        }
        in.skip(type);
        // An attribute belongs to the reply that follows.
        return type == '|' ? Message.OTHER : Message.REPLY;
    }

    private Message push(int count) {
        if (count < 1) {
            throw new MalformedReplyException("a push message of " + count + " elements");
        }
        byte[] kind = string();
        if (Arrays.equals(kind, REDIRECTION_BROKEN)) {
            throw new MalformedReplyException("tracking-redir-broken");
        }
        if (!Arrays.equals(kind, INVALIDATE) || count != 2) {
            for (int i = 1; i < count; i++) {
                in.skip(in.type());
            }
            return Message.OTHER;
        }
        keys();
        return Message.INVALIDATION;
    }

    /** Reads the keys that have been written; or null, in each of its spellings, if all of them may have been. */
    private void keys() {
        byte type = in.type();
        boolean isNull;
        int count = 0;
        switch (type) {
            case '_' -> isNull = in.line().length == 0;
            case '$' -> isNull = in.count(RespReader.MAX_BULK_BYTES) < 0;
            case '*' -> {
                count = in.count(Integer.MAX_VALUE);
                isNull = count < 0;
            }
            default -> isNull = false;
        }
        if (isNull) {
            cache.invalidateAll();
            return;
        }
        if (type != '*') {
            throw new MalformedReplyException("keys of type '" + (char) type + "'");
        }
        for (int i = 0; i < count; i++) {
            cache.invalidate(string());
        }
    }

    /** Reads a string that is not null. */
    private byte[] string() {
        byte type = in.type();
        if (type == '+') {
            return in.line();
        }
        byte[] bytes = type == '$' ? in.bulkOrNull() : null;
        if (bytes == null) {
            throw new MalformedReplyException("'" + (char) type + "' where a string belongs");
        }
        return bytes;
    }
}
