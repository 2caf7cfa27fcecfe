package redisproxy.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.cache.LargeArrays;
import redisproxy.upstream.RawReply;

/**
 * Reads what Redis sends byte for byte, replies of any kind and push messages, and checks how it is framed (RESP2 and RESP3, "Redis
 * serialization protocol specification" of the Redis documentation). Memory is allocated for what has arrived, not for what a length
 * announces. Belongs to one thread, which it blocks.
 *
 * <p>Each method throws {@link MalformedReplyException} if the bytes are not RESP, and {@link JedisConnectionException} if the
 * connection ends.
 */
final class RawReader {
    /** A script may nest its reply thousands deep. Each level costs its sender as many bytes as it costs here. */
    static final int MAX_DEPTH = 100_000;

    private static final byte PUSH = '>';
    private static final byte ATTRIBUTE = '|';

    /** Most replies fit into this, which is kept from reply to reply. */
    private static final int SCRATCH_BYTES = 4 * 1024;

    private static final int LEAST_CHUNK_BYTES = 64 * 1024;

    /** The last chunk of a reply is copied unless it is full. */
    private static final int MOST_CHUNK_BYTES = 1024 * 1024;

    private static final RawReply OK = new RawReply(List.of(new byte[] {'+', 'O', 'K', '\r', '\n'}));

    private final RedisInputStream in;
    private final byte[] scratch = new byte[SCRATCH_BYTES];

    /** How many elements are still to come, on each level. */
    private long[] left = new long[16];

    /** The chunks of the present reply that are full. */
    private List<byte[]> full = new ArrayList<>();

    private byte[] chunk = scratch;
    private int used;
    private long size;

    /** Why the present reply cannot be held; null if it can. */
    private @Nullable OutOfMemoryError excess;

    /** Counts what has been read, for other threads. */
    private final AtomicLong received;

    RawReader(RedisInputStream in) {
        this(in, new AtomicLong());
    }

    /** Makes a reader; {@code received} grows while something arrives. */
    RawReader(RedisInputStream in, AtomicLong received) {
        this.in = in;
        this.received = received;
    }

    /** Reads the next reply as {@link #next} does, and passes over push messages before it. */
    @Nullable
    RawReply reply() {
        RawReply next = next();
        while (isPush) {
            next = next();
        }
        return next;
    }

    /** Whether the present message is a push message. */
    private boolean isPush;

    /**
     * Reads the next reply, with its attributes, or push message.
     *
     * @return null if it does not fit into the heap: then it has been read over, and {@link #excess} says why
     */
    @Nullable
    RawReply next() {
        full = new ArrayList<>();
        chunk = scratch;
        used = 0;
        size = 0;
        excess = null;
        isPush = false;
        try {
            value();
            received.setOpaque(received.getPlain() + 1);
            return finished();
        } finally {
            full = List.of();
            chunk = scratch;
        }
    }

    /** Returns how many bytes the last message had, whether or not it could be held. */
    long size() {
        return size;
    }

    /** Returns why the last message could not be held, or null if it could. */
    @Nullable
    OutOfMemoryError excess() {
        return excess;
    }

    private @Nullable RawReply finished() {
        if (excess != null) {
            return null;
        }
        if (size == OK.size() && Arrays.equals(chunk, 0, used, OK.chunks().get(0), 0, used)) {
            return OK;
        }
        try {
            if (used > 0) {
                full.add(used == chunk.length && chunk != scratch ? chunk : Arrays.copyOf(chunk, used));
            }
            return new RawReply(full);
        } catch (OutOfMemoryError e) {
            excess = e;
            return null;
        }
    }

    /* --------------- Framing --------------- */

    /** Reads a value of any kind. Not by recursion: it may be nested deeper than a thread's stack is. */
    private void value() {
        int depth = 0;
        left[0] = 1;
        while (true) {
            while (left[depth] == 0) {
                if (depth == 0) {
                    return;
                }
                depth--;
            }
            byte type = take();
            if (type != ATTRIBUTE) {
                left[depth]--;
            }
            long elements = restOf(type, depth);
            if (elements > 0) {
                depth++;
                begin(depth, elements);
            }
        }
    }

    private void begin(int depth, long elements) {
        if (depth > MAX_DEPTH) {
            throw new MalformedReplyException("values nested deeper than " + MAX_DEPTH);
        }
        if (depth == left.length) {
            left = Arrays.copyOf(left, 2 * left.length);
        }
        left[depth] = elements;
    }

    /** Reads the rest of a value, after its type; returns how many elements follow. */
    private long restOf(byte type, int depth) {
        switch (type) {
            case '+', '-', ':', '_', ',', '#', '(' -> {
                line();
                return 0;
            }
            case '$', '=', '!' -> {
                bulk(count());
                return 0;
            }
            case '*', '~' -> {
                return count();
            }
            case '%', ATTRIBUTE -> {
                return 2L * count();
            }
            case PUSH -> {
                if (depth > 0 || size > 1) {
                    throw new MalformedReplyException("a push message within a reply");
                }
                isPush = true;
                return count();
            }
            default -> throw RespReader.unexpectedType(type);
        }
    }

    private void line() {
        byte next = take();
        while (next != '\r') {
            if (next == '\n') {
                throw new MalformedReplyException("a line feed without a carriage return");
            }
            next = take();
        }
        newline();
    }

    /** Reads a count of bytes or elements and its line end; returns -1 for null. */
    private int count() {
        byte first = take();
        if (first == '-') {
            if (take() != '1') {
                throw new MalformedReplyException("a negative length");
            }
            lineEnd();
            return -1;
        }
        int count = RespReader.digit(first);
        for (byte next = take(); next != '\r'; next = take()) {
            int digit = RespReader.digit(next);
            if (count > (Integer.MAX_VALUE - digit) / 10) {
                throw new MalformedReplyException("a length above " + Integer.MAX_VALUE);
            }
            count = 10 * count + digit;
        }
        newline();
        return count;
    }

    private void bulk(int length) {
        if (length < 0) {
            return;
        }
        int expected = length;
        while (expected > 0) {
            makeRoom(expected + 2L);
            // Of what is not held, the scratch gets one piece after the other.
            int from = excess == null ? used : 0;
            int count = in.read(chunk, from, Math.min(expected, chunk.length - from));
            if (count < 0) {
                throw new MalformedReplyException("the end within a value");
            }
            used = from + count;
            size += count;
            expected -= count;
            received.setOpaque(received.getPlain() + count);
        }
        lineEnd();
    }

    private void lineEnd() {
        if (take() != '\r') {
            throw new MalformedReplyException("more than the length that was declared");
        }
        newline();
    }

    private void newline() {
        if (take() != '\n') {
            throw new MalformedReplyException("a carriage return without a line feed");
        }
    }

    /* --------------- Chunks --------------- */

    private byte take() {
        byte next = in.readByte();
        makeRoom(1);
        if (excess == null) {
            chunk[used++] = next;
        }
        size++;
        return next;
    }

    /** Begins another chunk if the present one is full; {@code expected} bytes are known to follow. */
    private void makeRoom(long expected) {
        if (used < chunk.length || excess != null) {
            return;
        }
        try {
            // As much again as has come true, and no more than is expected or, where nothing is known, than is copied
            // readily.
            long most = Math.max(expected, MOST_CHUNK_BYTES);
            long wanted = Math.min(Math.max(size, LEAST_CHUNK_BYTES), most);
            int length = (int) Math.min(expected > LEAST_CHUNK_BYTES ? Math.min(wanted, expected) : wanted, 1 << 30);
            full.add(chunk == scratch ? scratch.clone() : chunk);
            chunk = LargeArrays.allocateMore(size, length);
            used = 0;
        } catch (OutOfMemoryError e) {
            excess = e;
            full = List.of();
            chunk = scratch;
            used = 0;
        }
    }
}
