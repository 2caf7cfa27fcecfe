package redisproxy.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.Invalidations;

/**
 * Reads what a tracking connection gets (RESP3, and "Server-assisted client side caching" of the Redis documentation): push
 * messages that name the keys written, one key at a time, however many there are, and replies to PING. Belongs to one
 * thread, which it blocks.
 */
final class InvalidationReader {
    private static final byte[] INVALIDATE = "invalidate".getBytes(US_ASCII);
    private static final byte[] REDIRECTION_BROKEN = "tracking-redir-broken".getBytes(US_ASCII);

    private static final int MAX_KEY_BYTES = 512 * 1024 * 1024;

    /** A declared length is believed as far as it has come true. */
    private static final int CHUNK_BYTES = 64 * 1024;

    private static final int MAX_DEPTH = 8;

    private final RedisInputStream in;
    private final Invalidations cache;

    /** What a message was. */
    enum Message {
        INVALIDATION,
        REPLY,
        OTHER
    }

    InvalidationReader(RedisInputStream in, Invalidations cache) {
        this.in = in;
        this.cache = cache;
    }

    /**
     * Reads one message, and tells the cache what it says.
     *
     * @throws JedisConnectionException if there is none to come, or it is not RESP3
     */
    Message read() {
        byte type = in.readByte();
        if (type == '>') {
            return push(in.readIntCrLf());
        }
        if (type == '-') {
            throw new JedisConnectionException("Redis answered: " + in.readLine());
        }
        skip(type, 0);
        // An attribute belongs to the reply that follows.
        return type == '|' ? Message.OTHER : Message.REPLY;
    }

    private Message push(int count) {
        if (count < 1) {
            throw unexpected("a push message of " + count + " elements");
        }
        byte[] kind = bulk(in.readByte());
        if (Arrays.equals(kind, REDIRECTION_BROKEN)) {
            throw new JedisConnectionException("Redis says tracking-redir-broken");
        }
        if (!Arrays.equals(kind, INVALIDATE) || count != 2) {
            for (int i = 1; i < count; i++) {
                skip(in.readByte(), 0);
            }
            return Message.OTHER;
        }
        keys();
        return Message.INVALIDATION;
    }

    /** The keys that have been written; or null, in each of its spellings, if all of them may have been. */
    private void keys() {
        byte type = in.readByte();
        int count = type == '_' ? lineOfNull() : in.readIntCrLf();
        if (count == -1 && (type == '*' || type == '$' || type == '_')) {
            cache.invalidateAll();
            return;
        }
        if (type != '*' || count < 0) {
            throw unexpected("keys of type '" + (char) type + "'");
        }
        for (int i = 0; i < count; i++) {
            cache.invalidate(bulk(in.readByte()));
        }
    }

    private int lineOfNull() {
        in.readNullCrLf();
        return -1;
    }

    private byte[] bulk(byte type) {
        if (type == '+') {
            return in.readLineBytes();
        }
        int length = in.readIntCrLf();
        if (type != '$' || length < 0 || length > MAX_KEY_BYTES) {
            throw unexpected("'%c' of length %d where a bulk string belongs".formatted((char) type, length));
        }
        byte[] bytes = length <= CHUNK_BYTES ? exactly(length) : inChunks(length);
        lineEnd();
        return bytes;
    }

    private byte[] inChunks(int length) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(CHUNK_BYTES);
        for (int left = length; left > 0; left -= CHUNK_BYTES) {
            all.writeBytes(exactly(Math.min(left, CHUNK_BYTES)));
        }
        return all.toByteArray();
    }

    private byte[] exactly(int length) {
        byte[] bytes = new byte[length];
        int offset = 0;
        while (offset < length) {
            int count = in.read(bytes, offset, length - offset);
            if (count < 0) {
                throw unexpected("the end");
            }
            offset += count;
        }
        return bytes;
    }

    private void lineEnd() {
        if (in.readByte() != '\r' || in.readByte() != '\n') {
            throw unexpected("more than the length that was declared");
        }
    }

    private void skip(byte type, int depth) {
        if (depth > MAX_DEPTH) {
            throw unexpected("values nested deeper than " + MAX_DEPTH);
        }
        switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> in.readLineBytes();
            case '$', '=', '!' -> skipBytes(in.readIntCrLf());
            case '*', '~', '>' -> skipAll(in.readIntCrLf(), depth);
            case '%', '|' -> skipAll(2L * in.readIntCrLf(), depth);
            default -> throw unexpected("type '" + (char) type + "'");
        }
    }

    private void skipAll(long count, int depth) {
        for (long i = 0; i < count; i++) {
            skip(in.readByte(), depth + 1);
        }
    }

    private void skipBytes(int length) {
        for (int left = length; left > 0; left -= CHUNK_BYTES) {
            exactly(Math.min(left, CHUNK_BYTES));
        }
        if (length >= 0) {
            lineEnd();
        }
    }

    private static JedisConnectionException unexpected(String what) {
        return new JedisConnectionException("Redis sent " + what);
    }
}
