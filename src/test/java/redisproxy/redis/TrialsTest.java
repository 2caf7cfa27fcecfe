package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.GRACE_MILLIS;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;
import static redisproxy.redis.StoreFixture.recovers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.NodeStats;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.TcpRelay;

/** A server that has not answered is found again, and no client waits for that. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TrialsTest {
    /** What is sent to it meets nobody who waits, for longer than a trial waits at first. */
    private static final Duration SILENCE = Duration.ofMillis(1_500);

    private static final Duration SLOWNESS = Duration.ofMillis(1_300);

    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void loneClientDoesNotWaitForAFrozenServer() throws InterruptedException {
        try (RedisServerProcess redis = RedisServerProcess.started();
                RedisControl control = redis.control()) {
            control.call("SET", "k", "v");
            ReadThroughCache cache = stores.open(config(redis.address(), 2, SILENCE));
            assertThat(load(cache, "warm").value()).isNull();
            redis.suspend();
            assertThat(load(cache, "first").failure()).hasMessageContaining("did not answer within 1.5 s");
            long startedNanos = System.nanoTime();
            while (System.nanoTime() - startedNanos < 3 * SILENCE.toNanos()) {
                Outcome next = load(cache, "k");
                assertThat(next.failure()).hasMessage("Redis at %s did not answer within 1.5 s", redis.address());
                assertThat(next.millis()).isLessThan(GRACE_MILLIS);
                Thread.sleep(20);
            }
            redis.resume();
            recovers(() -> assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v")));
        }
    }

    @Test
    void serverIsFoundWithoutARequest() {
        try (RedisServerProcess redis = RedisServerProcess.stopped();
                LogLines log = new LogLines()) {
            ReadThroughCache cache = stores.open(config(redis.address(), 2, LONG));
            assertThat(load(cache, "k").failure()).hasMessageContaining("Connection refused");
            assertThat(log.with("Redis at %s is unreachable".formatted(redis.address())))
                    .hasSize(1);
            redis.start();
            recovers(() -> assertThat(node(cache).circuit()).isEqualTo(NodeStats.Circuit.CLOSED));
            assertThat(load(cache, "k").value()).isNull();
            assertThat(log.with("Redis at %s answers again".formatted(redis.address())))
                    .hasSize(1);
            assertThat(node(cache).linksOpened())
                    .as("the trial's serves the load")
                    .isOne();
        }
    }

    /** As behind a load balancer that has taken a connection for a server that was down. */
    @Test
    void trialThatHangsIsFollowedByAnother() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                TcpRelay relay = new TcpRelay(redis.address())) {
            relay.refuse();
            ReadThroughCache cache = stores.open(config(relay.address(), 1, LONG));
            assertThat(load(cache, "k").failure()).hasMessageContaining("Connection refused");
            relay.become(TcpRelay.Weather.SILENT);
            relay.listen();
            await().atMost(Address.PATIENCE).until(() -> relay.accepted() > 0);
            await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            relay.become(TcpRelay.Weather.FAIR);
            await().atMost(LONG.dividedBy(4))
                    .untilAsserted(() -> assertThat(node(cache).circuit()).isEqualTo(NodeStats.Circuit.CLOSED));
            assertThat(load(cache, "k").value()).isNull();
        }
    }

    /** Its replies come in time for a load, and not in time for the first trial. */
    @Test
    void serverThatHasBecomeSlowIsFound() throws IOException {
        Address address = Address.loopback(FreePort.find());
        ReadThroughCache cache = stores.open(config(address, 1, LONG));
        assertThat(load(cache, "k").failure()).hasMessageContaining("Connection refused");
        try (ServerSocket slow = new ServerSocket()) {
            slow.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()));
            ScriptedPeer.start(() -> ScriptedPeer.accept(slow, TrialsTest::hesitate));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(node(cache).circuit()).isEqualTo(NodeStats.Circuit.CLOSED));
            assertThat(node(cache).errors().timedOut()).as("trials").isPositive();
            cache.close();
        }
    }

    private static void hesitate(String[] words) {
        if (words[0].equals("PING")) {
            await().pollDelay(SLOWNESS).until(() -> true);
        }
    }

    @Test
    void trialsAreFew() throws IOException {
        try (ServerSocket hangingUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int[] accepted = new int[1];
            ScriptedPeer.start(() -> hangUp(hangingUp, accepted));
            ReadThroughCache cache = stores.open(config(Address.loopback(hangingUp.getLocalPort()), 8, LONG));
            assertThat(load(cache, "k").failure().isErrorReply()).isFalse();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            assertThat(accepted[0]).as("in two seconds").isBetween(5, 45);
            cache.close();
        }
    }

    private static void hangUp(ServerSocket server, int[] accepted) {
        try {
            while (true) {
                server.accept().close();
                accepted[0]++;
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    /** The one loader is always connecting. */
    /** As by {@code CLIENT KILL}, which meets connections that are being made. */
    @Test
    void serverThatClosesOneConnectionAtItsStartIsAskedAgain() throws IOException {
        try (RedisServerProcess redis = RedisServerProcess.started();
                ServerSocket front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            ScriptedPeer.start(() -> closeTheFirstAndRelay(front, redis.address()));
            ReadThroughCache cache = stores.open(config(Address.loopback(front.getLocalPort()), 1, LONG));
            assertThat(load(cache, "k").value()).isNull();
        }
    }

    private static void closeTheFirstAndRelay(ServerSocket front, Address redis) {
        try {
            front.accept().close();
            while (true) {
                Socket client = front.accept();
                Socket server = new Socket(redis.host(), redis.port());
                ScriptedPeer.start(() -> relay(client, server));
                ScriptedPeer.start(() -> relay(server, client));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private static void relay(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of them is closed.
        }
    }

    /** What somebody has to change first is not asked for as often as what may pass at any moment. */
    @Test
    void trialsWithAWrongPasswordAreFewer() throws InterruptedException {
        try (RedisServerProcess redis = RedisServerProcess.started();
                RedisControl control = redis.control()) {
            control.call("CONFIG", "SET", "requirepass", "right");
            Credentials wrong = new Credentials(null, new Password.Fixed("wrong"));
            ReadThroughCache cache = stores.open(StoreFixture.node(redis.address(), wrong, 0, 2, LONG));
            await().atMost(Address.PATIENCE).until(() -> !load(cache, "k").isSuccess());
            long before = connections(control);
            Thread.sleep(2_000);
            assertThat(connections(control) - before).isBetween(1L, 6L);
            control.call("CONFIG", "SET", "requirepass", "wrong");
            recovers(() -> assertThat(load(cache, "k").value()).isNull());
        }
    }

    private static long connections(RedisControl control) {
        String stats = ((Reply.Bulk) control.call("INFO", "stats")).bytes().asUtf8();
        return stats.lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    @Test
    void hostThatAnswersNoAttemptToConnectKeepsNobodyWaiting() {
        try (FullBacklog dead = new FullBacklog()) {
            ReadThroughCache cache = stores.open(config(dead.address(), 1, SILENCE));
            assertThat(load(cache, "k").failure().isErrorReply()).isFalse();
            long startedNanos = System.nanoTime();
            while (System.nanoTime() - startedNanos < 2 * SILENCE.toNanos()) {
                Outcome next = load(cache, "k");
                assertThat(next.failure().isErrorReply()).isFalse();
                assertThat(next.millis()).isLessThan(GRACE_MILLIS);
                await().pollDelay(Duration.ofMillis(20)).until(() -> true);
            }
            dead.comeBack();
            await().atMost(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertThat(node(cache).circuit()).isEqualTo(NodeStats.Circuit.CLOSED));
            cache.close();
        }
    }

    private static NodeStats node(ReadThroughCache cache) {
        return cache.storeStats().nodes().get(0);
    }
}
