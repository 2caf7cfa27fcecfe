package redisproxy.fuzz;

import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Plays the conversation that the bytes choose with a proxy in this process, which must serve both ports after it. */
final class ConversationTarget {
    private static final RedisServerProcess REDIS = RedisServerProcess.started();
    private static final ProxyServer PROXY = ProxyServer.start(ProxyConfig.fromArgs(new String[] {
        "--proxy-host=127.0.0.1",
        "--proxy-port=0",
        "--tcp-port=0",
        "--admin-port=none",
        "--redis-host=127.0.0.1",
        "--redis-port=" + REDIS.address().port()
    }));
    private static final Address RESP = Address.loopback(PROXY.respPort());
    private static final Address HTTP = Address.loopback(PROXY.httpPort());

    static {
        try (RedisControl control = REDIS.control()) {
            KnownValues.fill(control);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(REDIS::close));
    }

    private ConversationTarget() {}

    static void run(byte[] input) {
        new Player(RESP, HTTP).play(new Choices(input));
        Bytes key = Bytes.utf8(KnownValues.key(0));
        try (RespClient client = RespClient.connect(RESP)) {
            require(new Reply.Bulk(KnownValues.value(0)), client.get(key));
        }
        try (HttpConnection client = HttpConnection.connect(HTTP)) {
            client.get(key);
            require(KnownValues.value(0), client.read().body());
        }
    }

    private static void require(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("answered %s, not %s".formatted(actual, expected));
        }
    }
}
