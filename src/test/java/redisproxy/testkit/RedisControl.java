package redisproxy.testkit;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection of the test to the backing Redis, not through the proxy. */
public final class RedisControl implements AutoCloseable {
    private static final Pattern KEYSPACE_HITS = Pattern.compile("keyspace_hits:(\\d+)");

    private final RespClient redis;

    public RedisControl(Address address) {
        redis = RespClient.connect(address);
    }

    /** Sends any command, and fails on an error reply. */
    public Reply call(Bytes... words) {
        return checked(redis.call(words));
    }

    /** Sends any command in UTF-8, and fails on an error reply. */
    public Reply call(String... words) {
        return checked(redis.call(words));
    }

    public void set(Bytes key, Bytes value) {
        call(Bytes.utf8("SET"), key, value);
    }

    public void setAll(Map<Bytes, Bytes> values) {
        values.forEach((key, value) -> redis.send(RespClient.encode(Bytes.utf8("SET"), key, value)));
        values.forEach((key, value) -> checked(redis.read()));
    }

    public void delete(Bytes key) {
        call(Bytes.utf8("DEL"), key);
    }

    /** How many reads have found their key since Redis started. */
    public long keyspaceHits() {
        Reply info = call("INFO", "stats");
        Matcher hits = KEYSPACE_HITS.matcher(((Reply.Bulk) info).bytes().asUtf8());
        if (!hits.find()) {
            throw new IllegalStateException("no keyspace_hits in " + info);
        }
        return Long.parseLong(hits.group(1));
    }

    /** Redis answers no client until the time is over, not even this connection. */
    public void pause(Duration time) {
        call("CLIENT", "PAUSE", Long.toString(time.toMillis()));
    }

    private static Reply checked(Reply reply) {
        if (reply instanceof Reply.Failure failure) {
            throw new IllegalStateException("Redis refuses: " + failure.text());
        }
        return reply;
    }

    @Override
    public void close() {
        redis.close();
    }
}
