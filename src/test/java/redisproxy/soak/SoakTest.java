package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Clients read over both ports while Redis, and the network on the way to it, fail again and again.
 *
 * <p>Without further settings each test causes every fault once. With {@code -Dsoak.seconds} both tests together take so many
 * seconds, and the faults last longer. {@code -Dsoak.seed} repeats the order and the lengths of the faults.
 */
final class SoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);

    private static final int CLIENTS = 20;
    private static final int POOL_SIZE = 4;
    private static final Duration REDIS_TIMEOUT = Duration.ofMillis(500);
    private static final Duration TTL = Duration.ofMillis(300);
    private static final Duration HEARTBEAT = Duration.ofMillis(300);

    /** For how long beyond the timeout a reader may wait, in addition to the time during which the machine stalled. */
    private static final Duration GENEROUS = Duration.ofSeconds(1);

    /** How late a timeout may be noticed. */
    private static final Duration OVERDUE = Duration.ofMillis(100);

    /** How many connections may be made on average, in addition to those that each fault needs. */
    private static final int MOST_CONNECTIONS_PER_SECOND = 20;

    /** The pool and the tracking connection, and as many again to check that they lead to the same server. */
    private static final int CONNECTIONS_PER_FAULT = 2 * (POOL_SIZE + 1);

    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    private static final long SECONDS = Long.getLong("soak.seconds", 0);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final int SHORTEST_FAULT_MILLIS = 100;
    private static final int LONGEST_FAULT_MILLIS = SECONDS == 0 ? 500 : 3_000;
    private static final int LONGEST_CALM_MILLIS = SECONDS == 0 ? 100 : 1_000;

    /** Threads of the JDK, of the relay, which is still open, and those that read the output of redis-server. */
    private static final List<String> OTHER_THREADS = List.of(
            "process reaper",
            "output-of-child",
            "tcp-relay",
            "ForkJoinPool.commonPool",
            "Attach Listener",
            "awaitility");

    private final Contents contents = new Contents();
    private final Random random = new Random(SEED);
    private final Crowd crowd = new Crowd(contents, random);
    private final Findings findings = crowd.findings();
    private int faults;

    @Test
    void valuesThatLiveForTheirTime() {
        soak(TTL, "--ttl=" + seconds(TTL), "--cache-size=150");
    }

    @Test
    void valuesThatFollowWrites() {
        soak(
                HEARTBEAT.multipliedBy(3),
                "--coherence=tracking",
                "--tracking-heartbeat=" + seconds(HEARTBEAT),
                "--cache-size=150");
    }

    private void soak(Duration fromMemory, String... flags) {
        try (Backend backend = new Backend(contents)) {
            Set<Thread> before = liveThreads();
            crowd.startWriter(backend.redis());
            // Nearly every fault keeps the proxy from Redis.
            crowd.outages().begin(key -> true);
            long started = System.nanoTime();
            try (ProxyServer proxy = startProxy(backend, flags)) {
                crowd.startReaders(
                        http(proxy),
                        resp(proxy),
                        CLIENTS,
                        new Reader.Promise(REDIS_TIMEOUT.plus(GENEROUS), fromMemory, REDIS_TIMEOUT.plus(OVERDUE)));
                long deadline = started + TimeUnit.SECONDS.toNanos(SECONDS) / 2;
                do {
                    haveEachHappen(backend, proxy);
                } while (System.nanoTime() - deadline < 0);
                int elapsed = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started);
                crowd.stop();
                LOG.info(
                        "{} faults and {} connections in {} s (seed {})", faults, backend.connections(), elapsed, SEED);
                assertThat(backend.connections())
                        .as("connections to Redis after %d faults in %d s (seed %d)", faults, elapsed, SEED)
                        .isLessThanOrEqualTo(
                                faults * CONNECTIONS_PER_FAULT + (1 + elapsed) * MOST_CONNECTIONS_PER_SECOND);
                awaitFewClients(backend);
            } finally {
                crowd.stop();
            }
            Awaitility.await()
                    .atMost(Address.PATIENCE)
                    .untilAsserted(() -> assertThat(liveThreads()).isSubsetOf(before));
        }
        assertThat(findings.values()).isPositive();
        assertThat(findings.refusals()).isPositive();
    }

    private void haveEachHappen(Backend backend, ProxyServer proxy) {
        List<Fault> shuffled = Arrays.asList(Fault.values());
        Collections.shuffle(shuffled, random);
        for (Fault fault : shuffled) {
            faults++;
            Duration time = Duration.ofMillis(random.nextInt(SHORTEST_FAULT_MILLIS, LONGEST_FAULT_MILLIS));
            backend.begin(fault, time);
            crowd.pass(time);
            backend.end(fault);
            long ended = System.nanoTime();
            awaitRecovery(fault, proxy);
            long recovered = System.nanoTime() - ended;
            LOG.info(
                    "{} of {}, recovered within {}, {} connections so far, {}",
                    fault,
                    time,
                    Duration.ofNanos(recovered).truncatedTo(ChronoUnit.MILLIS),
                    backend.connections(),
                    findings);
            assertThat(findings.wrong())
                    .as("after %s of %s (seed %d)", fault, time, SEED)
                    .isEmpty();
            crowd.pass(Duration.ofMillis(random.nextInt(LONGEST_CALM_MILLIS)));
        }
    }

    /** Waits until Redis is back, writes are reported, and what was written since can be read over both ports. */
    private void awaitRecovery(Fault fault, ProxyServer proxy) {
        long[] last = contents.counters().stream().mapToLong(Counter::last).toArray();
        try (RespClient control = RespClient.connect(resp(proxy));
                Port resp = new RespPort(resp(proxy));
                Port http = new HttpPort(http(proxy))) {
            for (int i = 0; i < last.length; i++) {
                Counter counter = contents.counters().get(i);
                long least = last[i] + 1;
                for (Port port : List.of(resp, http)) {
                    await(fault, () -> number(counter, port.ask(List.of(counter.key()))) >= least);
                }
            }
            await(fault, () -> resp.ask(contents.keys()).stream().allMatch(Answer.Value.class::isInstance));
            contents.lost(false);
            await(fault, () -> isCoherent(control));
        }
    }

    private static void await(Fault fault, Callable<Boolean> recovered) {
        Awaitility.await("recovery from " + fault)
                .atMost(Address.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .until(recovered);
    }

    private static long number(Counter counter, List<Answer> answer) {
        return answer.get(0) instanceof Answer.Value value ? counter.number(value.bytes()) : -1;
    }

    private static boolean isCoherent(RespClient client) {
        String info = ((Reply.Bulk) client.call("INFO", "coherence")).bytes().asUtf8();
        return info.contains("tracking:off\r\n") || info.contains("tracking:tracking\r\n");
    }

    private static ProxyServer startProxy(Backend backend, String... more) {
        return ProxyServer.start(ProxyConfig.fromArgs(Stream.concat(
                        Stream.of(
                                "--proxy-host=127.0.0.1",
                                "--proxy-port=0",
                                "--tcp-port=0",
                                "--admin-port=none",
                                "--redis-host=127.0.0.1",
                                "--redis-port=" + backend.address().port(),
                                "--redis-pool-size=" + POOL_SIZE,
                                "--redis-timeout=" + seconds(REDIS_TIMEOUT)),
                        Stream.of(more))
                .toArray(String[]::new)));
    }

    private static void awaitFewClients(Backend backend) {
        int most = POOL_SIZE + 1 + /* the tests' own */ 1;
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(backend.connectedClients()).isLessThanOrEqualTo(most));
    }

    private static Set<Thread> liveThreads() {
        Set<Thread> live = new HashSet<>(Thread.getAllStackTraces().keySet());
        live.removeIf(thread -> OTHER_THREADS.stream().anyMatch(thread.getName()::startsWith));
        return live;
    }

    private static String seconds(Duration duration) {
        return Double.toString(duration.toMillis() / 1e3);
    }

    private static Address http(ProxyServer proxy) {
        return Address.loopback(proxy.httpPort());
    }

    private static Address resp(ProxyServer proxy) {
        return Address.loopback(proxy.respPort());
    }
}
