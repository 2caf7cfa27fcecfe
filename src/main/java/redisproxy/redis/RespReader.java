package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LargeArrays;

/**
 * Reads what Redis sends (RESP2 and RESP3, "Redis serialization protocol specification" of the Redis documentation), and
 * checks how it is framed: lengths are digits within the bound and both line ends are there. Memory is allocated for what
 * has arrived, not for what a length announces. Belongs to one thread, which it blocks.
 *
 * <p>Each method throws {@link MalformedReplyException} if the bytes are not RESP, and {@link JedisConnectionException} if
 * the connection ends.
 */
final class RespReader {
    /** The longest value that fits into an array with its key. Redis's {@code proto-max-bulk-len} may allow more. */
    static final int MAX_BULK_BYTES = CacheConfig.MAX_VALUE_BYTES;

    /** A declared length is believed so far, and then so many times as far as it has come true. */
    private static final int TRUSTED_BYTES = 64 * 1024;

    /** What a verbatim string begins with. */
    private static final int FORMAT_BYTES = 4;

    private static final int GROWTH = 4;

    /** Error messages and simple strings are short; an error names the command and an argument or two. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    static final int MAX_DEPTH = 8;

    private final RedisInputStream in;

    /** An error reply, {@linkplain Failures#withoutArguments without what it quotes}; its code is the first word. */
    record ErrorReply(String text) {
        ErrorReply {
            text = Failures.withoutArguments(text);
        }
    }

    /** A reply such as {@code +OK}. It is never the value of a key. */
    record SimpleString(String text) {}

    RespReader(RedisInputStream in) {
        this.in = in;
    }

    /**
     * Waits for something to read, for as long as the socket waits; returns whether there is anything.
     *
     * @throws JedisConnectionException if the connection has ended
     */
    boolean hasBytesInTime() {
        try {
            boolean unused = in.peek((byte) 0);
            return true;
        } catch (JedisConnectionException e) {
            if (e.getCause() instanceof SocketTimeoutException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Reads the reply to a command that returns no aggregate; passes over push messages and attributes before it.
     *
     * @return a {@code byte[]} for a bulk string or a verbatim one, null for null, a {@link Long}, a {@link SimpleString} or an {@link
     *     ErrorReply}
     */
    @Nullable
    Object reply() {
        byte type = type();
        while (type == '>' || type == '|') {
            skip(type);
            type = type();
        }
        return switch (type) {
            case '$' -> bulkOrNull();
            case '=' -> verbatim();
            case ':' -> number();
            case '_' -> {
                lineEnd();
                yield null;
            }
            case '+' -> new SimpleString(text());
            case '-' -> new ErrorReply(text());
            default -> throw unexpectedType(type);
        };
    }

    /** Reads the first byte of a value, which tells its type. */
    byte type() {
        return in.readByte();
    }

    /** Reads the rest of a bulk string, null included, after its type. */
    byte @Nullable [] bulkOrNull() {
        int length = count(MAX_BULK_BYTES);
        return length < 0 ? null : bulk(length);
    }

    /** Reads a verbatim string, after its type, as a bulk string: without the three letters of its format and the colon. */
    byte[] verbatim() {
        byte[] bytes = bulkOrNull();
        if (bytes == null || bytes.length < FORMAT_BYTES) {
            throw new MalformedReplyException("a verbatim string without a format");
        }
        return Arrays.copyOfRange(bytes, FORMAT_BYTES, bytes.length);
    }

    /** Reads a count of bytes or elements up to {@code most} and its line end; returns -1 for null. */
    int count(int most) {
        byte first = in.readByte();
        if (first == '-') {
            if (in.readByte() != '1') {
                throw new MalformedReplyException("a negative length");
            }
            lineEnd();
            return -1;
        }
        int count = digit(first);
        for (byte next = in.readByte(); next != '\r'; next = in.readByte()) {
            int digit = digit(next);
            if (count > (most - digit) / 10) {
                throw new MalformedReplyException("a length above " + most);
            }
            count = 10 * count + digit;
        }
        newline();
        return count;
    }

    /** Reads an integer and its line end. */
    long number() {
        byte first = in.readByte();
        boolean isNegative = first == '-';
        // Negated, because the least long has no positive counterpart.
        long negated = -digit(isNegative || first == '+' ? in.readByte() : first);
        for (byte next = in.readByte(); next != '\r'; next = in.readByte()) {
            int digit = digit(next);
            if (negated < (Long.MIN_VALUE + digit) / 10) {
                throw new MalformedReplyException("an integer of more than 64 bits");
            }
            negated = 10 * negated - digit;
        }
        newline();
        if (!isNegative && negated == Long.MIN_VALUE) {
            throw new MalformedReplyException("an integer of more than 64 bits");
        }
        return isNegative ? negated : -negated;
    }

    static int digit(byte digit) {
        if (digit < '0' || digit > '9') {
            throw new MalformedReplyException("%s where a digit belongs".formatted(inQuotes(digit)));
        }
        return digit - '0';
    }

    /** Reads as many bytes, and the line end that has to follow them. */
    byte[] bulk(int length) {
        byte[] bytes = new byte[trusted(length)];
        fill(bytes, 0);
        while (bytes.length < length) {
            int arrived = bytes.length;
            bytes = LargeArrays.grow(bytes, (int) Math.min(length, (long) GROWTH * arrived));
            fill(bytes, arrived);
        }
        lineEnd();
        return bytes;
    }

    /** Returns how much is believed at first: so much that the last array but one is a quarter of the last, not most of it. */
    private static int trusted(int length) {
        int trusted = length;
        while (trusted > TRUSTED_BYTES) {
            trusted = (trusted + GROWTH - 1) / GROWTH;
        }
        return trusted;
    }

    private void fill(byte[] bytes, int from) {
        int offset = from;
        while (offset < bytes.length) {
            int count = in.read(bytes, offset, bytes.length - offset);
            if (count < 0) {
                throw new MalformedReplyException("the end within a value");
            }
            offset += count;
        }
    }

    String text() {
        return new String(line(), ISO_8859_1);
    }

    /** Reads the rest of a line and its end. */
    byte[] line() {
        byte[] bytes = new byte[64];
        int length = 0;
        for (byte next = in.readByte(); next != '\r'; next = in.readByte()) {
            if (length == MAX_LINE_BYTES) {
                throw new MalformedReplyException("a line of more than %d bytes".formatted(MAX_LINE_BYTES));
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            bytes[length++] = next;
        }
        newline();
        return Arrays.copyOf(bytes, length);
    }

    void lineEnd() {
        if (in.readByte() != '\r') {
            throw new MalformedReplyException("more than the length that was declared");
        }
        newline();
    }

    private void newline() {
        if (in.readByte() != '\n') {
            throw new MalformedReplyException("a carriage return without a line feed");
        }
    }

    /** Reads over the rest of a value of any kind, after its type. */
    void skip(byte type) {
        skip(type, 0);
    }

    private void skip(byte type, int depth) {
        if (depth > MAX_DEPTH) {
            throw new MalformedReplyException("values nested deeper than " + MAX_DEPTH);
        }
        switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> line();
            case '$', '=', '!' -> skipBulk(count(MAX_BULK_BYTES));
            case '*', '~', '>' -> skipAll(count(Integer.MAX_VALUE), depth);
            case '%', '|' -> skipAll(2L * count(Integer.MAX_VALUE), depth);
            default -> throw unexpectedType(type);
        }
    }

    private void skipAll(long count, int depth) {
        for (long i = 0; i < count; i++) {
            skip(in.readByte(), depth + 1);
        }
    }

    private void skipBulk(int length) {
        if (length < 0) {
            return;
        }
        byte[] discarded = new byte[Math.min(length, TRUSTED_BYTES)];
        for (int left = length; left > 0; ) {
            int count = in.read(discarded, 0, Math.min(left, discarded.length));
            if (count < 0) {
                throw new MalformedReplyException("the end within a value");
            }
            left -= count;
        }
        lineEnd();
    }

    static MalformedReplyException unexpectedType(byte type) {
        return new MalformedReplyException("%s where a reply begins".formatted(inQuotes(type)));
    }

    private static String inQuotes(byte each) {
        return each > ' ' && each < 0x7F ? "'" + (char) each + "'" : "byte 0x%02x".formatted(each);
    }
}
