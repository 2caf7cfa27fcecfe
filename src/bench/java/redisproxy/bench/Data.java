package redisproxy.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.errorprone.annotations.Immutable;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
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
        pipeline(redis, true);
    }

    /** Reads all keys once, and fails unless every value is right. */
    void readAll(Address server) {
        pipeline(server, false);
    }

    private void pipeline(Address address, boolean set) {
        int step = Math.max(1, Math.min(MOST_AT_ONCE, MOST_BYTES_AT_ONCE / valueBytes));
        try (RespClient client = RespClient.connect(address)) {
            for (int from = 0; from < count; from += step) {
                int to = Math.min(from + step, count);
                client.send(commands(from, to, set));
                if (set) {
                    for (int index = from; index < to; index++) {
                        expect(new Reply.Simple("OK"), client.read(), index, address);
                    }
                } else {
                    check(from, to, client, address);
                }
            }
        }
    }

    /** Returns the commands that get these keys as one pipeline. */
    Bytes gets(int from, int to) {
        return commands(from, to, false);
    }

    /** Reads the replies to {@link #gets}, and fails unless every value is right. */
    void check(int from, int to, RespClient client, Address server) {
        for (int index = from; index < to; index++) {
            expect(new Reply.Bulk(value(index)), client.read(), index, server);
        }
    }

    private Bytes commands(int from, int to, boolean set) {
        ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
        for (int index = from; index < to; index++) {
            Bytes key = Bytes.utf8(key(index));
            Bytes command = set
                    ? RespClient.encode(Bytes.utf8("SET"), key, value(index))
                    : RespClient.encode(Bytes.utf8("GET"), key);
            pipeline.writeBytes(command.toArray());
        }
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
