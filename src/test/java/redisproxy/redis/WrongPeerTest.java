package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.ask;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.upstream.Question;

/** What is at the configured address is named, and is never passed on as if it were an answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WrongPeerTest {
    private final StoreFixture stores = new StoreFixture();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void clusterNodeIsNamed() throws IOException {
        try (RedisServerProcess first = RedisServerProcess.startedInCluster(folder);
                RedisServerProcess second = RedisServerProcess.startedInCluster(folder);
                RedisControl firstControl = first.control();
                RedisControl secondControl = second.control()) {
            ReadThroughCache cache = stores.open(config(first.address(), 1, LONG));
            String expected =
                    "the server at %s is a node of a Redis Cluster: set REDIS_MODE=cluster (or leave it out), and no REDIS_DATABASE"
                            .formatted(first.address());
            assertRefused(load(cache, "while the cluster is down").failure(), expected);
            firstControl.call(addSlots(0, 8_192));
            secondControl.call(addSlots(8_192, 16_384));
            firstControl.call(
                    "CLUSTER",
                    "MEET",
                    second.address().host(),
                    Integer.toString(second.address().port()));
            await().atMost(Address.PATIENCE)
                    .until(() ->
                            String.valueOf(firstControl.call("CLUSTER", "INFO")).contains("cluster_state:ok"));
            Set<String> moved = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                Outcome outcome = load(cache, "k" + i);
                if (outcome.isSuccess()) {
                    assertThat(outcome.value()).isNull();
                } else {
                    moved.add(outcome.failure().getMessage());
                }
            }
            assertThat(moved).containsExactly(expected);
            assertThat(cache.storeStats().circuit()).isEqualTo("closed");
        }
    }

    private static String[] addSlots(int from, int to) {
        return Stream.concat(
                        Stream.of("CLUSTER", "ADDSLOTS"),
                        IntStream.range(from, to).mapToObj(Integer::toString))
                .toArray(String[]::new);
    }

    @Test
    void sentinelIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("sentinel.conf"), "dir %s%n".formatted(folder));
        try (RedisServerProcess sentinel = RedisServerProcess.startedWith(file, "--sentinel")) {
            StandaloneStore store = new StandaloneStore(config(sentinel.address(), 1, LONG), null, new EventLog());
            ReadThroughCache cache = stores.add(store);
            store.start(cache);
            String expected = "the server at %s is a Sentinel, or commands have been renamed there: "
                            .formatted(sentinel.address())
                    + "set REDIS_MODE=sentinel and SENTINEL_MASTER, or REDIS_HOST and REDIS_PORT to a Redis that knows GET";
            assertRefused(load(cache, "k").failure(), expected);
            assertThat(ask(store, Question.About.TTL)).isEqualTo("ERR " + expected);
            assertThat(ask(store, Question.About.EXPIRETIME))
                    .isEqualTo("ERR unknown command: the server at %s is older than Redis 7.0, or a Sentinel"
                            .formatted(sentinel.address()));
        }
    }

    @Test
    void tlsIsNamed() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, null, null);
        try (ServerSocket server =
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(server, client -> {
                int unused = client.getInputStream().read();
            });
            Address address = Address.loopback(server.getLocalPort());
            BackingStoreException failure =
                    load(stores.open(config(address, 1, LONG)), "k").failure();
            assertRefused(
                    failure,
                    "Redis at %s sent TLS: set REDIS_TLS=true (or a REDIS_URL that begins with rediss://), or REDIS_PORT to "
                                    .formatted(address)
                            + "the port on which Redis takes plain connections (its setting port, not tls-port)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "<html>"})
    void httpIsNamed(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(server, client -> client.getOutputStream().write(answer.getBytes(ISO_8859_1)));
            Address address = Address.loopback(server.getLocalPort());
            assertRefused(
                    load(stores.open(config(address, 1, LONG)), "k").failure(),
                    "Redis at %s sent HTTP: set REDIS_HOST and REDIS_PORT to the address of Redis".formatted(address));
        }
    }

    @Test
    void closingUnheardMayBeTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            serve(server, Socket::shutdownOutput);
            Address address = Address.loopback(server.getLocalPort());
            assertRefused(
                    load(stores.open(config(address, 1, LONG)), "k").failure(),
                    "Redis at %s is unreachable: it closed the connection before its first reply, ".formatted(address)
                            + "as a server does that expects TLS: "
                            + "check REDIS_HOST and REDIS_PORT, and set REDIS_TLS=true if it does");
        }
    }

    /** These are the server's own errors, which clients know what to do about. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "BUSY Redis is busy running a script.",
                "NOPERM this user has no permissions to access one of the keys used as arguments",
                "ERR anything else"
            })
    void errorsOfAnyRedisArePassedOn(String error) {
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "-" + error + "\r\n"))) {
            BackingStoreException failure =
                    load(stores.open(config(peer.address(), 1, LONG)), "k").failure();
            assertThat(failure).hasMessage(error);
            assertThat(failure.isErrorReply()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MOVED 1 127.0.0.1:1",
                "ASK 1 127.0.0.1:1",
                "CLUSTERDOWN Hash slot not served",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "ERR unknown command 'GET', with args beginning with: 'EXPIRETIME' ",
                "ERR unknown command `GET`, with args beginning with: ",
                "NOAUTH Authentication required."
            })
    void errorsOfAnotherKindAreNot(String error) {
        try (ScriptedPeer peer =
                new ScriptedPeer((number, client) -> ScriptedPeer.send(client, "-" + error + "\r\n"))) {
            BackingStoreException failure =
                    load(stores.open(config(peer.address(), 1, LONG)), "k").failure();
            assertThat(failure.isErrorReply()).isFalse();
            assertThat(failure)
                    .hasMessageContaining(peer.address().toString())
                    .hasMessageContaining("set REDIS_")
                    .hasMessageNotContaining(error);
        }
    }

    private static void assertRefused(BackingStoreException failure, String message) {
        assertThat(failure).hasMessage(message);
        assertThat(failure.isErrorReply()).isFalse();
    }

    /** What is done with each connection, once it has sent something. */
    @FunctionalInterface
    private interface Service {
        void serve(Socket client) throws IOException;
    }

    private static void serve(ServerSocket server, Service service) {
        ScriptedPeer.start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    ScriptedPeer.start(() -> serve(client, service));
                } catch (IOException e) {
                    // The test has ended.
                    return;
                }
            }
        });
    }

    private static void serve(Socket client, Service service) {
        try (client) {
            service.serve(client);
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The proxy has hung up, or the TLS handshake has failed.
        }
    }
}
