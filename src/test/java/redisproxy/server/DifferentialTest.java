package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The same requests to Redis and to the proxy in front of it get the same replies, error texts included. */
final class DifferentialTest {
    private static final int REQUESTS = 3_000;
    private static final int DEPTH = 50;

    private static final List<String> KEYS =
            List.of("text", "empty", "binary", "absent", "list", "hash", "expiring", "", "text");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "3",
            "-3",
            "100",
            "-100",
            "9223372036854775807",
            "-9223372036854775808",
            "x",
            "",
            "01",
            "+1");

    private static RedisServerProcess redis;
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        try (RedisControl control = redis.control()) {
            control.call("SET", "text", "Superhero");
            control.call("SET", "empty", "");
            control.set(Bytes.utf8("binary"), Bytes.of(new byte[] {0, '\r', '\n', (byte) 0xff, '$'}));
            control.call("RPUSH", "list", "a", "b");
            control.call("HSET", "hash", "field", "value");
            control.call("SET", "expiring", "soon", "PXAT", "33177117420000");
        }
        proxy = ProxyServer.start(ProxyConfig.fromArgs(
                "--proxy-host=127.0.0.1",
                "--proxy-port=0",
                "--tcp-port=0",
                "--admin-port=none",
                "--redis-port=" + redis.address().port()));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2"})
    void repliesAsRedis(String protocol, long seed) {
        Random random = new Random(seed);
        try (RespClient direct = RespClient.connect(redis.address());
                RespClient proxied = RespClient.connect(Address.loopback(proxy.respPort()))) {
            direct.call("HELLO", protocol);
            proxied.call("HELLO", protocol);
            for (int sent = 0; sent < REQUESTS; sent += DEPTH) {
                List<String[]> requests = new ArrayList<>();
                for (int i = 0; i < DEPTH; i++) {
                    requests.add(request(random));
                }
                requests.forEach(request -> direct.send(RespClient.encode(request)));
                requests.forEach(request -> proxied.send(RespClient.encode(request)));
                for (String[] request : requests) {
                    Reply expected = withoutQuotes(direct.read());
                    assertThat(withoutQuotes(proxied.read()))
                            .as("%s (seed %d)", String.join(" ", request), seed)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Redis 6 uses other quotes around an unknown command than Redis 7, and has no EXPIRETIME. */
    private static Reply withoutQuotes(Reply reply) {
        return reply instanceof Reply.Failure failure && failure.text().startsWith("ERR unknown command")
                ? new Reply.Failure("ERR unknown command")
                : reply;
    }

    private static String[] request(Random random) {
        return switch (random.nextInt(19)) {
            case 0 -> words("GET", key(random));
            case 1 -> words("mget", key(random), key(random), key(random), key(random));
            case 2 -> words("MGET", key(random));
            case 3 -> words("EXISTS", key(random), key(random), key(random));
            case 4 -> words("strlen", key(random));
            case 5, 6 -> words("GETRANGE", key(random), number(random), number(random));
            case 7 -> words("SUBSTR", key(random), number(random), number(random));
            case 8 -> words("TYPE", key(random));
            case 9 -> words("EXPIRETIME", key(random));
            case 10 -> words("PEXPIRETIME", key(random));
            case 11 -> words("TTL", random.nextBoolean() ? "absent" : "text");
            case 12 -> words("PTTL", random.nextBoolean() ? "absent" : "list");
            case 13 -> words("ECHO", key(random));
            case 14 -> words("PING", number(random));
            case 15 ->
                words(any(random, List.of("GET", "MGET", "EXISTS", "STRLEN", "TTL", "TYPE", "GETRANGE", "ECHO")));
            case 16 ->
                words(
                        any(random, List.of("GET", "STRLEN", "TTL", "PTTL", "TYPE", "SUBSTR")),
                        key(random),
                        key(random),
                        key(random),
                        key(random));
            case 17 -> words("NONSENSE", key(random), number(random));
            default -> words("SELECT", any(random, List.of("0", "x", "", "99999999999")));
        };
    }

    private static String[] words(String... words) {
        return words;
    }

    private static String key(Random random) {
        return any(random, KEYS);
    }

    private static String number(Random random) {
        return any(random, NUMBERS);
    }

    private static String any(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
