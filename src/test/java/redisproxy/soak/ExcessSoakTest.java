package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Excess;
import redisproxy.testkit.ExcessiveClients;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Clients read over both ports of a proxy with a heap of 256 MB, and check what they read, while others do what costs the most,
 * one excess after the other.
 *
 * <p>Without further settings each takes a second. {@code -Dsoak.seconds} lets them follow each other for so many seconds,
 * and last longer. {@code -Dsoak.seed} repeats their order and lengths.
 */
final class ExcessSoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(ExcessSoakTest.class);

    private static final int CLIENTS = 10;
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TTL = Duration.ofMillis(300);

    /** For how long beyond the timeout a reader may wait, in addition to the time during which the machine stalled. */
    private static final Duration GENEROUS = Duration.ofSeconds(1);

    /** How late a timeout may be noticed. */
    private static final Duration OVERDUE = Duration.ofMillis(100);

    private static final long SECONDS = Long.getLong("soak.seconds", 0);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final int SHORTEST_MILLIS = 1_000;
    private static final int LONGEST_MILLIS = SECONDS == 0 ? 1_001 : 8_000;

    /** Longer than a load may take, so that loads fail for it. */
    private static final int LONGEST_SUSPENSION_MILLIS = 3_000;

    /** Until what is held of thousands of clients that have left has been returned, on a busy machine. */
    private static final Duration LONGEST_RETURN = Duration.ofSeconds(60);

    /** What pools of buffers keep. */
    private static final long MOST_KEPT_BYTES = 48_000_000;

    /** The greatest size of the ports' pool. */
    private static final int MOST_POOLED = 200;

    private static final long LEVEL_BYTES = 16_000_000;

    /** The JVM's own compilers and collectors come and go. */
    private static final int LEVEL_THREADS = 8;

    /** What the readers may hold at one moment. */
    private static final long MOST_HELD_BYTES = 65_536;

    private static final Pattern HELD = Pattern.compile("mem_clients_normal:(\\d+)");

    private final Contents contents = new Contents();
    private final Random random = new Random(SEED);
    private final Crowd crowd = new Crowd(contents, random);

    @Test
    void othersAreServed() {
        try (Backend backend = new Backend(contents);
                RedisControl control = backend.redis().control();
                ProxyProcess proxy = start(backend)) {
            Excess.prepare(control);
            crowd.startWriter(backend.redis());
            // Refusals are counted for each excess.
            crowd.outages().begin(key -> true);
            Reader.Promise promise = new Reader.Promise(REDIS_TIMEOUT.plus(GENEROUS), TTL, REDIS_TIMEOUT.plus(OVERDUE));
            crowd.startReaders(proxy.http(), proxy.resp(), CLIENTS, promise);
            crowd.pass(Duration.ofMillis(SHORTEST_MILLIS));
            Footprint before = footprint(proxy);
            LOG.info("before: {} (seed {})", before, SEED);
            long begun = System.nanoTime();
            haveEachHappen(backend, proxy);
            Footprint first = footprint(proxy);
            LOG.info("after the first round: {}", first);
            assertThat(first.liveBytes()).isLessThan(before.liveBytes() + MOST_KEPT_BYTES);
            assertThat(first.threads()).isLessThan(before.threads() + LEVEL_THREADS);
            while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(SECONDS)) {
                haveEachHappen(backend, proxy);
            }
            Footprint after = footprint(proxy);
            LOG.info("after: {}, {}, stalls of {}", after, crowd.findings(), crowd.longestStall());
            assertThat(after.liveBytes()).isLessThan(first.liveBytes() + LEVEL_BYTES);
            assertThat(after.threads()).isLessThan(before.threads() + LEVEL_THREADS);
            assertThat(after.pooled()).isLessThanOrEqualTo(MOST_POOLED);
            assertThat(proxy.process().err()).doesNotContain("SEVERE", "OutOfMemoryError", "Exception in thread");
        } finally {
            crowd.stop();
        }
        assertThat(crowd.findings().values()).isPositive();
    }

    private void haveEachHappen(Backend backend, ProxyProcess proxy) {
        List<Excess> shuffled = Arrays.asList(Excess.values());
        Collections.shuffle(shuffled, random);
        for (Excess excess : shuffled) {
            long refusals = crowd.findings().refusals();
            long sent =
                    happen(excess, Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS)), backend, proxy);
            long ended = System.nanoTime();
            Awaitility.await()
                    .atMost(LONGEST_RETURN)
                    .untilAsserted(() -> assertThat(heldBytes(proxy))
                            .as("held after %s (seed %d)", excess, SEED)
                            .isLessThan(MOST_HELD_BYTES));
            Duration returned = Duration.ofNanos(System.nanoTime() - ended).truncatedTo(ChronoUnit.MILLIS);
            LOG.info("{}: {} MB sent, memory back after {}, {}", excess, sent / 1_000_000, returned, crowd.findings());
            assertThat(crowd.findings().wrong())
                    .as("after %s (seed %d)", excess, SEED)
                    .isEmpty();
            if (!excess.suspendsRedis()) {
                assertThat(crowd.findings().refusals())
                        .as("refusals with %s (seed %d)", excess, SEED)
                        .isEqualTo(refusals);
            }
        }
    }

    /** Returns how many bytes were sent. */
    private long happen(Excess excess, Duration time, Backend backend, ProxyProcess proxy) {
        Address address = excess.port() == Excess.Port.RESP ? proxy.resp() : proxy.http();
        try (ExcessiveClients clients = ExcessiveClients.start(excess, address)) {
            if (excess.suspendsRedis()) {
                Duration suspension = Duration.ofMillis(Math.min(time.toMillis(), LONGEST_SUSPENSION_MILLIS));
                backend.begin(Fault.SUSPENSION, suspension);
                crowd.pass(suspension);
                backend.end(Fault.SUSPENSION);
            } else {
                crowd.pass(time);
            }
            return clients.sentBytes();
        } finally {
            if (excess.suspendsRedis()) {
                awaitRecovery(proxy);
            }
        }
    }

    private void awaitRecovery(ProxyProcess proxy) {
        try (Port resp = new RespPort(proxy.resp())) {
            Awaitility.await("recovery")
                    .atMost(Address.PATIENCE)
                    .until(() -> resp.ask(contents.keys()).stream().allMatch(Answer.Value.class::isInstance));
        }
        // Readers that were refused meanwhile note it once they have their answer.
        crowd.pass(REDIS_TIMEOUT.plus(GENEROUS));
    }

    /** What the proxy holds when its cache is empty but for what is being read. */
    private static Footprint footprint(ProxyProcess proxy) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            assertThat(client.call("CACHE", "FLUSH")).isEqualTo(new Reply.Simple("OK"));
        }
        return Footprint.of(proxy.process());
    }

    private static long heldBytes(ProxyProcess proxy) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            String info = ((Reply.Bulk) client.call("INFO", "memory")).bytes().asUtf8();
            Matcher held = HELD.matcher(info);
            assertThat(held.find()).as(info).isTrue();
            return Long.parseLong(held.group(1));
        }
    }

    private static ProxyProcess start(Backend backend) {
        return ProxyProcess.start(
                List.of("-Xmx256m", "-cp", System.getProperty("java.class.path"), "redisproxy.server.Main"),
                Map.of(),
                List.of(
                        "--proxy-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--redis-host=127.0.0.1",
                        "--redis-port=" + backend.address().port(),
                        "--cache-size=20000",
                        "--max-connections=1100",
                        "--ttl=" + TTL.toMillis() / 1e3,
                        "--redis-timeout=" + REDIS_TIMEOUT.toMillis() / 1e3));
    }
}
