package redisproxy.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.errorprone.annotations.Immutable;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Keys of 16 bytes ({@code key:000000000000} and on) with values that differ.
 *
 * @param prefix the part before the twelve digits
 * @param count how many keys
 * @param valueBytes the size of each value
 */
@Immutable
record Data(String prefix, int count, int valueBytes) {
    static final Data SMALL = new Data("key:", 100_000, 16);
    static final Data BIG = new Data("big:", 1_000, 100 * 1024);

    /** Keys that are never set. */
    static final Data ABSENT = new Data("nil:", 100_000, 0);

    /** Keys that are written. */
    static final Data WRITTEN = new Data("set:", 100_000, 16);

    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_BYTES_AT_ONCE = 1 << 20;

    String key(int index) {
        return prefix + digits(index);
    }

    /** Returns a value that no other key has, in ASCII. */
    Bytes value(int index) {
        String unit = "val:" + digits(index);
        return Bytes.of(unit.repeat((valueBytes + unit.length() - 1) / unit.length())
                .substring(0, valueBytes)
                .getBytes(US_ASCII));
    }

    /** Sets all keys. */
    void fill(Address redis) {
        fill(redis, index -> true);
    }

    /** Sets the keys of these indices. */
    void fill(Address redis, IntPredicate chosen) {
        int step = atOnce();
        try (RespClient client = RespClient.connect(redis)) {
            for (int from = 0; from < count; from += step) {
                int[] indices = IntStream.range(from, Math.min(from + step, count))
                        .filter(chosen)
                        .toArray();
                client.send(commands(IntStream.of(indices), true));
                for (int index : indices) {
                    expect(new Reply.Simple("OK"), client.read(), index, redis);
                }
            }
        }
    }

    /** Reads all keys once, and fails unless every value is right. */
    void readAll(Address server) {
        int step = atOnce();
        try (RespClient client = RespClient.connect(server)) {
            for (int from = 0; from < count; from += step) {
                int to = Math.min(from + step, count);
                client.send(gets(from, to));
                check(from, to, client, server);
            }
        }
    }

    /** Returns how many values may be under way in a pipeline. */
    private int atOnce() {
        return Math.max(1, Math.min(MOST_AT_ONCE, MOST_BYTES_AT_ONCE / valueBytes));
    }

    /** Returns the commands that get these keys as one pipeline. */
    Bytes gets(int from, int to) {
        return commands(IntStream.range(from, to), false);
    }

    /** Reads the replies to {@link #gets}, and fails unless every value is right. */
    void check(int from, int to, RespClient client, Address server) {
        for (int index = from; index < to; index++) {
            expect(new Reply.Bulk(value(index)), client.read(), index, server);
        }
    }

    private Bytes commands(IntStream indices, boolean set) {
        ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
        indices.forEach(index -> {
            Bytes key = Bytes.utf8(key(index));
            Bytes command = set
                    ? RespClient.encode(Bytes.utf8("SET"), key, value(index))
                    : RespClient.encode(Bytes.utf8("GET"), key);
            pipeline.writeBytes(command.toArray());
        });
        return Bytes.of(pipeline.toByteArray());
    }

    private void expect(Reply expected, Reply actual, int index, Address server) {
        if (!actual.equals(expected)) {
            throw new BenchException("%s answers for %s: %s".formatted(server, key(index), actual));
        }
    }

    private static String digits(int index) {
        return String.format(Locale.ROOT, "%012d", index);
    }
}
