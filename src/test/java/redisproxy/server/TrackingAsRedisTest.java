package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * What a client is told of writes, and how it is refused, is byte for byte what Redis tells. Lines of a conversation are sent by the
 * client; those that begin with {@code !} are writes of another one, at Redis itself.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrackingAsRedisTest {
    private static RedisServerProcess redis;
    private static CoherentProxy proxy;

    private RespClient direct;
    private RespClient proxied;
    private RespClient writer;
    private RespClient watcher;
    private int marks;

    @BeforeAll
    static void start() {
        redis = RedisServerProcess.started();
        proxy = CoherentProxy.tracking(redis);
    }

    @AfterAll
    static void stop() {
        proxy.close();
        redis.close();
    }

    @BeforeEach
    void connect() {
        direct = RespClient.connect(redis.address());
        proxied = proxy.connect();
        writer = RespClient.connect(redis.address());
        watcher = proxy.connect();
        watcher.call("HELLO", "3");
        watcher.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", "mark");
        writer.call("FLUSHALL");
        writer.call("MSET", "a", "1", "b", "2", "user:1", "3");
        writer.call("RPUSH", "list", "1");
        awaitReports();
    }

    @AfterEach
    void close() {
        direct.close();
        proxied.close();
        writer.close();
        watcher.close();
    }

    static Stream<String> conversations() {
        return Stream.of(
                // keys that were read
                "CLIENT TRACKING ON; GET a; !SET a 2; GET a; !SET b 3",
                "CLIENT TRACKING ON; GET a; GET a; !SET a 2; !SET a 3; GET a",
                "CLIENT TRACKING ON; GET none; !SET none 2; GET none",
                "CLIENT TRACKING ON; MGET a b none; !DEL b; !SET none 1; !EXPIRE a 100",
                "CLIENT TRACKING ON; EXISTS a; !SET a 1; STRLEN a; !SET a 1; GETRANGE a 0 0; !APPEND a 1",
                "CLIENT TRACKING ON; TTL a; !SET a 1; PTTL a; !SET a 1; TYPE a; !SET a 1",
                "CLIENT TRACKING ON; GET list; !RPUSH list 2",
                "CLIENT TRACKING ON; GET a; !FLUSHALL; GET a; !SET a 1",
                "CLIENT TRACKING ON; GET a; !FLUSHDB",
                "CLIENT TRACKING ON; PING; ECHO a; !SET a 2",
                "GET a; CLIENT TRACKING ON; !SET a 2",
                "CLIENT TRACKING ON; GET a; CLIENT TRACKING OFF; !SET a 2; GET a",
                "CLIENT TRACKING ON; GET a; CLIENT TRACKING OFF; CLIENT TRACKING ON; !SET a 2",
                "CLIENT TRACKING ON; GET a; CLIENT TRACKING ON; !SET a 2",
                "CLIENT TRACKING ON NOLOOP; CLIENT TRACKINGINFO; GET a; !SET a 2",
                "CLIENT TRACKING ON; GET a; RESET; HELLO 3; !SET a 2; CLIENT TRACKINGINFO",
                // opt in and out
                "CLIENT TRACKING ON OPTIN; GET a; !SET a 2; CLIENT CACHING YES; GET a; GET b; !SET a 3; !SET b 3",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING YES; CLIENT TRACKINGINFO; GET a; CLIENT TRACKINGINFO; !SET a 2",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING YES; PING; GET a; !SET a 2",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING YES; CLIENT GETREDIR; CLIENT GETNAME; GET a; !SET a 2",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING YES; GET; GET a; !SET a 2",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING YES; MGET a b; !SET a 2; !SET b 2",
                "CLIENT TRACKING ON OPTOUT; GET a; CLIENT CACHING NO; GET b; !SET b 2; !SET a 2",
                "CLIENT TRACKING ON OPTOUT; CLIENT CACHING NO; CLIENT TRACKINGINFO; TTL b; GET b; !SET b 2",
                // options
                "CLIENT TRACKING MAYBE; CLIENT TRACKING ON NONE; CLIENT TRACKING OFF OPTIN",
                "CLIENT TRACKING ON PREFIX; CLIENT TRACKING ON REDIRECT; CLIENT TRACKING ON REDIRECT x",
                "CLIENT TRACKING ON REDIRECT 999999; CLIENT TRACKING ON PREFIX a; CLIENT TRACKING OFF PREFIX a",
                "CLIENT TRACKING ON OPTIN OPTOUT; CLIENT TRACKING ON BCAST OPTIN; CLIENT TRACKING ON BCAST OPTOUT",
                "CLIENT TRACKING ON OPTIN; CLIENT TRACKING ON OPTOUT; CLIENT TRACKING ON; CLIENT TRACKINGINFO",
                "CLIENT TRACKING ON OPTOUT; CLIENT TRACKING ON OPTIN; CLIENT TRACKING ON BCAST",
                "CLIENT TRACKING on optin noloop; CLIENT TRACKINGINFO; CLIENT TRACKING off; CLIENT TRACKINGINFO",
                "CLIENT CACHING YES; CLIENT CACHING NO; CLIENT CACHING MAYBE",
                "CLIENT TRACKING ON; CLIENT CACHING YES; CLIENT CACHING NO; CLIENT CACHING MAYBE",
                "CLIENT TRACKING ON OPTIN; CLIENT CACHING NO; CLIENT TRACKING ON OPTIN; CLIENT CACHING YES",
                "CLIENT GETREDIR; CLIENT TRACKINGINFO; CLIENT TRACKING ON; CLIENT GETREDIR",
                // broadcast
                "CLIENT TRACKING ON BCAST; !SET a 2; !SET new 1; !FLUSHALL; CLIENT TRACKINGINFO",
                "CLIENT TRACKING ON BCAST PREFIX user: PREFIX order:; CLIENT TRACKINGINFO; !SET user:1 2; !SET a 1; !SET order:7 1",
                "CLIENT TRACKING ON BCAST PREFIX user:; CLIENT TRACKING ON BCAST PREFIX user:1; CLIENT TRACKING ON BCAST PREFIX b",
                "CLIENT TRACKING ON BCAST PREFIX b PREFIX c; CLIENT TRACKING ON BCAST PREFIX b; CLIENT TRACKINGINFO",
                "CLIENT TRACKING ON BCAST PREFIX z PREFIX y PREFIX x; CLIENT TRACKINGINFO; CLIENT TRACKING ON",
                "CLIENT TRACKING ON BCAST; CLIENT TRACKING OFF; !SET a 2; CLIENT TRACKING ON; GET a; !SET a 3",
                "CLIENT TRACKING ON BCAST NOLOOP; CLIENT TRACKINGINFO; GET a; !SET a 2; CLIENT CACHING YES");
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void tellsAsRedis(String conversation) {
        play("HELLO 3", conversation);
    }

    @ParameterizedTest
    @MethodSource("conversations")
    void tellsNothingOverResp2AsRedis(String conversation) {
        play("HELLO 2", conversation.replace("HELLO 3", "HELLO 2"));
    }

    /** Lines that begin with {@code @} are sent on the connection that the client is told on. */
    static Stream<String> redirections() {
        return Stream.of(
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID; GET a; !SET a 2; !SET a 3; GET a; !DEL a",
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID; GET a; !FLUSHALL",
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID BCAST PREFIX user:; !SET user:1 2; !SET a 2",
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID OPTIN; CLIENT CACHING YES; GET a; GET b; !SET a 2; !SET b 2",
                "@SUBSCRIBE __redis__:invalidate; @PING; @PING x; @GET a; @UNSUBSCRIBE; @UNSUBSCRIBE; @PING; @GET a",
                "@SUBSCRIBE __redis__:invalidate __redis__:invalidate; @UNSUBSCRIBE other __redis__:invalidate; @PING",
                "@SUBSCRIBE __redis__:invalidate; @RESET; @PING; CLIENT TRACKING ON REDIRECT ID; GET a; !SET a 2",
                "CLIENT TRACKING ON REDIRECT ID; GET a; !SET a 2; @SUBSCRIBE __redis__:invalidate; GET a; !SET a 3",
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID REDIRECT ID; CLIENT TRACKINGINFO",
                "@SUBSCRIBE __redis__:invalidate; CLIENT TRACKING ON REDIRECT ID; GET a; CLIENT TRACKING OFF; !SET a 2");
    }

    @ParameterizedTest
    @MethodSource("redirections")
    void tellsAnotherClientAsRedis(String conversation) {
        redirect("HELLO 2", "HELLO 2", conversation);
    }

    @ParameterizedTest
    @MethodSource("redirections")
    void tellsAnotherClientOverResp3AsRedis(String conversation) {
        redirect("HELLO 2", "HELLO 3", conversation);
    }

    @Test
    void saysWhenAnotherClientHasLeft() {
        exchange(direct, "HELLO 3");
        exchange(proxied, "HELLO 3");
        for (RespClient client : List.of(direct, proxied)) {
            RespClient target = RespClient.connect(client == direct ? redis.address() : proxy.address());
            String id = id(target);
            client.call("CLIENT", "TRACKING", "ON", "REDIRECT", id);
            client.call("GET", "a");
            target.close();
            awaitGone(client, id);
            writer.call("SET", "a", "2");
            assertThat(client.read())
                    .isEqualTo(new Reply.Items(
                            List.of(Reply.bulk("tracking-redir-broken"), new Reply.Whole(Long.parseLong(id)))));
            assertThat(exchange(client, "CLIENT TRACKINGINFO")).contains("broken_redirect");
        }
    }

    private static void awaitGone(RespClient client, String id) {
        CoherentProxy.await(() -> client.call("CLIENT", "LIST", "ID", id).equals(Reply.bulk("")));
    }

    private static String id(RespClient client) {
        return Long.toString(((Reply.Whole) client.call("CLIENT", "ID")).value());
    }

    private void redirect(String hello, String targetHello, String conversation) {
        try (RespClient directTarget = RespClient.connect(redis.address());
                RespClient proxiedTarget = proxy.connect()) {
            exchange(direct, hello);
            exchange(proxied, hello);
            exchange(directTarget, targetHello);
            exchange(proxiedTarget, targetHello);
            String directId = id(directTarget);
            String proxiedId = id(proxiedTarget);
            for (String each : conversation.split(";", -1)) {
                String line = each.strip();
                if (line.startsWith("@")) {
                    String command = line.substring(1);
                    assertThat(without(exchange(proxiedTarget, command), proxiedId))
                            .as(line)
                            .isEqualTo(without(exchange(directTarget, command), directId));
                } else if (line.startsWith("!")) {
                    write(line, directTarget, proxiedTarget);
                } else {
                    assertThat(without(exchange(proxied, line.replace("ID", proxiedId)), proxiedId))
                            .as(line)
                            .isEqualTo(without(exchange(direct, line.replace("ID", directId)), directId));
                }
            }
        }
    }

    private static String without(String reply, String id) {
        // Servers of before 7.0 know no channels of shards.
        return reply.replace(":" + id + "\r\n", ":ID\r\n").replace("(P|S)", "(P)");
    }

    private void write(String line, RespClient told, RespClient toldByProxy) {
        writer.call(line.substring(1).split(" "));
        awaitReports();
        String expected = exchange(told, "PING")
                .replace("+PONG\r\n", "")
                .replace("$0\r\n\r\n", "")
                // Redis takes the null of the client that reads, also where the one that is told speaks RESP3.
                .replace(">2\r\n$10\r\ninvalidate\r\n$-1\r\n", ">2\r\n$10\r\ninvalidate\r\n_\r\n");
        assertThat(toldByProxy.read(Bytes.utf8(expected).size()).asUtf8())
                .as(line)
                .isEqualTo(expected);
    }

    private void play(String hello, String conversation) {
        exchange(direct, hello);
        exchange(proxied, hello);
        for (String line : conversation.split(";", -1)) {
            step(line.strip());
        }
        // Each of them has been told all by now, or is told it before this.
        step("!SET last 1");
        assertThat(exchange(proxied, "PING")).isEqualTo(exchange(direct, "PING"));
    }

    private void step(String line) {
        if (line.startsWith("!")) {
            write(line, direct, proxied);
        } else {
            assertThat(exchange(proxied, line)).as(line).isEqualTo(exchange(direct, line));
        }
    }

    /** Waits until the proxy has been told of all writes by now. */
    private void awaitReports() {
        String mark = "mark:" + ++marks;
        writer.call("SET", mark, "1");
        Reply told = new Reply.Items(List.of(Reply.bulk("invalidate"), new Reply.Items(List.of(Reply.bulk(mark)))));
        while (!watcher.read().equals(told)) {
            // Of an earlier write.
        }
    }

    /** Sends a command; returns all that comes until its reply has come, and what was told before. */
    private static String exchange(RespClient client, String line) {
        client.send(RespClient.encode(line.split(" ")));
        // The one command with an argument of one's own that subscribed clients may send.
        client.send(RespClient.encode("PING", "END"));
        StringBuilder bytes = new StringBuilder();
        String end = "$3\r\nEND\r\n";
        while (bytes.indexOf(end) < 0 || !bytes.toString().endsWith(end)) {
            bytes.append(client.read(1).asLatin1());
        }
        String all = bytes.toString();
        // Of HELLO, the identity of the server.
        return line.startsWith("HELLO")
                ? ""
                : all.substring(0, all.length() - end.length()).replace("*2\r\n$4\r\npong\r\n", "");
    }
}
