package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;

/**
 * Clients read over both ports while slots of a real Cluster move under them and its nodes fail.
 *
 * <p>Without further settings each test causes every fault once. With {@code -Dsoak.seconds} both tests together take so many
 * seconds, and more slots move. {@code -Dsoak.seed} repeats the order of the faults.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClusterSoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSoakTest.class);

    private static final int MASTERS = 3;
    private static final int CLIENTS = 12;
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TTL = Duration.ofMillis(300);
    private static final Duration HEARTBEAT = Duration.ofMillis(300);
    private static final Duration GENEROUS = Duration.ofSeconds(1);
    /** The nodes of a Cluster take some seconds to agree, and many on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration OVERDUE = Duration.ofMillis(100);

    private static final long SECONDS = Long.getLong("soak.seconds", 0);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final int MOVED_SLOTS = SECONDS == 0 ? 40 : 4_000;

    private static RedisCluster cluster;

    private final Contents contents = new Contents();
    private final Random random = new Random(SEED);
    private final Crowd crowd = new Crowd(contents, random);
    private final Findings findings = crowd.findings();
    private ClusterWriter writer;

    /** What happens to the Cluster. */
    private enum Event {
        /** Slots move one after the other, with their keys, while they are read and written. */
        SLOTS_MOVE,
        /** A replica takes over from its master, which knows. */
        FAILOVER,
        /** A master is killed, and comes back as a replica. */
        CRASH,
        /** A master is stopped for longer than the others wait for it, and then goes on. */
        PARTITION
    }

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.started(MASTERS, MASTERS);
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Test
    void valuesThatLiveForTheirTime() {
        soak(TTL, "--ttl=0.3");
    }

    @Test
    void valuesThatFollowWrites() {
        soak(HEARTBEAT.multipliedBy(3), "--coherence=tracking", "--tracking-heartbeat=0.3");
    }

    private void soak(Duration fromMemory, String... flags) {
        Address seed = cluster.node(0).address();
        try (RedisClusterClient filler = RedisClusterClient.builder()
                .nodes(java.util.Set.of(new HostAndPort(seed.host(), seed.port())))
                .build()) {
            contents.fill(filler::set);
        }
        writer = crowd.startWriter(cluster);
        long started = System.nanoTime();
        try (ProxyServer proxy = startProxy(seed, flags)) {
            crowd.startReaders(
                    Address.loopback(proxy.httpPort()),
                    Address.loopback(proxy.respPort()),
                    CLIENTS,
                    new Reader.Promise(REDIS_TIMEOUT.plus(GENEROUS), fromMemory, REDIS_TIMEOUT.plus(OVERDUE)));
            long deadline = started + TimeUnit.SECONDS.toNanos(SECONDS) / 2;
            do {
                List<Event> shuffled = Arrays.asList(Event.values());
                Collections.shuffle(shuffled, random);
                for (Event event : shuffled) {
                    have(event, proxy);
                }
            } while (System.nanoTime() - deadline < 0);
            crowd.stop();
        } finally {
            crowd.stop();
        }
        assertThat(findings.values()).isPositive();
    }

    private void have(Event event, ProxyServer proxy) {
        long began = System.nanoTime();
        int master =
                cluster.holderOf("counter:" + random.nextInt(contents.counters().size()));
        switch (event) {
            case SLOTS_MOVE -> moveSlots(master);
            case FAILOVER -> failOver(master);
            case CRASH -> crash(master);
            case PARTITION -> partition(master);
        }
        long whole = System.nanoTime();
        awaitRecovery(event, proxy);
        LOG.info(
                "{} took {}, recovered within {} more, {}",
                event,
                Duration.ofNanos(whole - began).truncatedTo(ChronoUnit.MILLIS),
                Duration.ofNanos(System.nanoTime() - whole).truncatedTo(ChronoUnit.MILLIS),
                findings);
        assertThat(findings.wrong()).as("after %s (seed %d)", event, SEED).isEmpty();
    }

    /** Among them are the slots of all keys that are written, for as long as the master holds them. */
    private void moveSlots(int from) {
        int to = IntStream.range(0, 2 * MASTERS)
                .filter(i -> i != from && cluster.isMaster(i))
                .findAny()
                .orElseThrow();
        List<Integer> held = cluster.slotsOf(from);
        Stream<Integer> written = contents.counters().stream()
                .map(counter -> RedisCluster.slot(counter.key()))
                .filter(held::contains);
        List<Integer> moved = Stream.concat(written, held.stream())
                .distinct()
                .limit(MOVED_SLOTS)
                .toList();
        for (int slot : moved) {
            cluster.move(slot, from, to);
        }
        cluster.awaitWhole();
    }

    private void failOver(int master) {
        int replica = cluster.replicaOf(master);
        Awaitility.await().atMost(PATIENCE).until(() -> cluster.isTakenOver(replica));
        cluster.awaitWhole();
    }

    private void crash(int master) {
        int replica = cluster.replicaOf(master);
        writer.pause();
        try {
            cluster.awaitCopied(master);
            cluster.node(master).kill();
            Awaitility.await().atMost(PATIENCE).until(() -> cluster.isMaster(replica));
        } finally {
            writer.goOn();
        }
        cluster.node(master).start();
        cluster.awaitWhole();
    }

    private void partition(int master) {
        int replica = cluster.replicaOf(master);
        writer.pause();
        try {
            cluster.awaitCopied(master);
            cluster.node(master).suspend();
            Awaitility.await().atMost(PATIENCE).until(() -> cluster.isMaster(replica));
        } finally {
            cluster.node(master).resume();
            writer.goOn();
        }
        cluster.awaitWhole();
    }

    /** Waits until what was written since can be read over both ports, and every key. */
    private void awaitRecovery(Event event, ProxyServer proxy) {
        try (Port resp = new RespPort(Address.loopback(proxy.respPort()));
                Port http = new HttpPort(Address.loopback(proxy.httpPort()))) {
            Awaitility.await("recovery from " + event)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> resp.ask(contents.keys()).stream().allMatch(Answer.Value.class::isInstance));
            for (Counter counter : contents.counters()) {
                long least = counter.last() + 1;
                for (Port port : List.of(resp, http)) {
                    Awaitility.await("what is written after " + event)
                            .atMost(PATIENCE)
                            .until(() -> port.ask(List.of(counter.key())).get(0) instanceof Answer.Value value
                                    && counter.number(value.bytes()) >= least);
                }
            }
        }
    }

    private static ProxyServer startProxy(Address seed, String... more) {
        return ProxyServer.start(ProxyConfig.fromArgs(Stream.concat(
                        Stream.of(
                                "--proxy-host=127.0.0.1",
                                "--proxy-port=0",
                                "--tcp-port=0",
                                "--redis-host=" + seed.host(),
                                "--redis-port=" + seed.port(),
                                "--redis-pool-size=4",
                                "--redis-timeout=" + REDIS_TIMEOUT.toSeconds(),
                                "--cache-size=150"),
                        Stream.of(more))
                .toArray(String[]::new)));
    }
}
