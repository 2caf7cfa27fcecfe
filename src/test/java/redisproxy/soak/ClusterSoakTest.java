package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
import redisproxy.testkit.RedisServerProcess;

/**
 * Clients read over both ports while slots of a real Cluster move under them and its nodes fail.
 *
 * <p>A refusal is wrong unless no node held the key, or one has held it for no longer than {@link Outages#RECOVERY}, with some
 * room for a busy machine, or the machine has run nothing for half a second meanwhile. Slots that move, a node that comes or
 * goes, and a replica that takes over on demand explain none. While one slot is on no node, all keys are on none if the Cluster
 * requires full coverage, which it does half of the times.
 *
 * <p>A replica lacks the last writes of a master that it replaces, so none are under way when a master fails. They go on once a
 * replica has taken over, before a master that was stopped goes on.
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

    /** A master without slots becomes a replica. */
    private static final int KEPT_SLOTS = 500;

    /** How long a state lasts in which the proxy could go wrong. */
    private static final Duration TEMPTATION = Duration.ofMillis(SECONDS == 0 ? 500 : 3_000);

    private static RedisCluster cluster;

    private final Contents contents = new Contents();
    private final Random random = new Random(SEED);
    private final Crowd crowd = new Crowd(contents, random);
    private final Findings findings = crowd.findings();
    private ClusterWriter writer;
    private ProxyServer proxy;
    private Duration longestRecovery = Duration.ZERO;

    /** What happens to the Cluster. */
    private enum Event {
        /** Slots move one after the other, with their keys, while they are read and written. */
        SLOTS_MOVE,
        /** A node is added, takes slots over, gives them back, and is forgotten. */
        GUEST,
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
                .nodes(Set.of(new HostAndPort(seed.host(), seed.port())))
                .build()) {
            contents.fill(filler::set);
        }
        writer = crowd.startWriter(cluster);
        long started = System.nanoTime();
        try (ProxyServer opened = startProxy(seed, flags)) {
            proxy = opened;
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
                    have(event);
                }
            } while (System.nanoTime() - deadline < 0);
            crowd.stop();
        } finally {
            crowd.stop();
        }
        LOG.info(
                "the longest recovery took {}, the latest refusal was asked for {} after the Cluster was whole, {}",
                longestRecovery,
                crowd.outages().latest(),
                findings);
        assertThat(findings.values()).isPositive();
    }

    private void have(Event event) {
        long began = System.nanoTime();
        int master =
                cluster.holderOf("counter:" + random.nextInt(contents.counters().size()));
        Duration recovery = switch (event) {
            case SLOTS_MOVE -> moveSlots(master);
            case GUEST -> haveGuest(master);
            case FAILOVER -> failOver(master);
            case CRASH -> crash(master);
            case PARTITION -> partition(master);
        };
        longestRecovery = longestRecovery.compareTo(recovery) > 0 ? longestRecovery : recovery;
        awaitWritten(contents.counters());
        LOG.info(
                "{} took {}, recovered within {}, {}, stalls of {}",
                event,
                Duration.ofNanos(System.nanoTime() - began).truncatedTo(ChronoUnit.MILLIS),
                recovery,
                findings,
                crowd.longestStall());
        assertThat(findings.wrong()).as("after %s (seed %d)", event, SEED).isEmpty();
        assertThat(recovery)
                .as("recovery from %s (seed %d)", event, SEED)
                .isLessThan(Outages.RECOVERY.plus(Outages.ROOM).plus(crowd.longestStall()));
    }

    /* --------------- Slots move --------------- */

    private Duration moveSlots(int holder) {
        int from = giver(holder);
        int to = mastersByCount().stream()
                .filter(each -> each != from)
                .findFirst()
                .orElseThrow();
        for (int slot : chooseSlots(from)) {
            cluster.move(slot, from, to);
        }
        return awaitRecovery();
    }

    /** Returns a master that can give slots away, this one if it can. */
    private int giver(int holder) {
        List<Integer> masters = mastersByCount();
        boolean hasEnough = cluster.slotsOf(holder).size() >= MOVED_SLOTS + KEPT_SLOTS;
        return hasEnough ? holder : masters.get(masters.size() - 1);
    }

    /** Returns those that hold the fewest slots first. */
    private List<Integer> mastersByCount() {
        return IntStream.range(0, 2 * MASTERS)
                .filter(cluster::isMaster)
                .boxed()
                .sorted(Comparator.comparing(each -> cluster.slotsOf(each).size()))
                .toList();
    }

    /** Among them are the slots of all keys that are written, for as long as the master holds them. */
    private List<Integer> chooseSlots(int from) {
        List<Integer> held = cluster.slotsOf(from);
        Stream<Integer> written = contents.counters().stream()
                .map(counter -> RedisCluster.slot(counter.key()))
                .filter(held::contains);
        return Stream.concat(written, held.stream())
                .distinct()
                .limit(MOVED_SLOTS)
                .toList();
    }

    private Duration haveGuest(int holder) {
        int host = giver(holder);
        int guest = cluster.addNode();
        cluster.awaitWhole();
        List<Integer> lent = chooseSlots(host);
        for (int slot : lent) {
            cluster.move(slot, host, guest);
        }
        cluster.awaitWhole();
        crowd.pass(TEMPTATION);
        for (int slot : lent) {
            cluster.move(slot, guest, host);
        }
        try (RedisServerProcess forgotten = cluster.forgetLast()) {
            crowd.pass(TEMPTATION);
            assertThat(forgotten.isRunning()).isTrue();
        }
        return awaitRecovery();
    }

    /* --------------- Nodes fail --------------- */

    private Duration failOver(int master) {
        int replica = cluster.replicaOf(master);
        Awaitility.await().atMost(PATIENCE).until(() -> cluster.isTakenOver(replica));
        Duration recovery = awaitRecovery();
        awaitDemotion(master);
        return recovery;
    }

    private Duration crash(int master) {
        Duration recovery = replace(master, () -> cluster.node(master).kill());
        cluster.node(master).start();
        awaitDemotion(master);
        return recovery;
    }

    private Duration partition(int master) {
        List<Integer> slots = cluster.slotsOf(master);
        Duration recovery;
        try {
            recovery = replace(master, () -> cluster.suspend(master));
            awaitWritten(contents.counters().stream()
                    .filter(counter -> slots.contains(RedisCluster.slot(counter.key())))
                    .toList());
        } finally {
            cluster.resume(master);
        }
        crowd.pass(TEMPTATION);
        awaitDemotion(master);
        return recovery;
    }

    private static void awaitDemotion(int former) {
        Awaitility.await().atMost(PATIENCE).until(() -> !cluster.isMaster(former));
        cluster.awaitWhole();
    }

    private Duration replace(int master, Runnable failure) {
        int replica = cluster.replicaOf(master);
        boolean isAllRequired = random.nextBoolean();
        cluster.requireFullCoverage(isAllRequired);
        Set<Integer> slots = Set.copyOf(cluster.slotsOf(master));
        writer.pause();
        try {
            cluster.awaitCopied(master);
            Outages.Outage outage =
                    crowd.outages().begin(key -> isAllRequired || slots.contains(RedisCluster.slot(key)));
            failure.run();
            Awaitility.await().atMost(PATIENCE).until(() -> cluster.isMaster(replica));
            cluster.awaitWhole();
            outage.end(System.nanoTime());
        } finally {
            writer.goOn();
        }
        return awaitRecovery();
    }

    /* --------------- Recovery --------------- */

    /** Waits until the Cluster is whole, and then until every key can be read over both ports. Returns how long that took. */
    private Duration awaitRecovery() {
        cluster.awaitWhole();
        long whole = System.nanoTime();
        try (Port resp = new RespPort(Address.loopback(proxy.respPort()));
                Port http = new HttpPort(Address.loopback(proxy.httpPort()))) {
            for (Port port : List.of(resp, http)) {
                Awaitility.await("recovery")
                        .atMost(PATIENCE)
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(10))
                        .until(() -> port.ask(contents.keys()).stream().allMatch(Answer.Value.class::isInstance));
            }
        }
        return Duration.ofNanos(System.nanoTime() - whole).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Waits until what is written from now on can be read over both ports. */
    private void awaitWritten(List<Counter> counters) {
        try (Port resp = new RespPort(Address.loopback(proxy.respPort()));
                Port http = new HttpPort(Address.loopback(proxy.httpPort()))) {
            for (Counter counter : counters) {
                long least = counter.last() + 1;
                for (Port port : List.of(resp, http)) {
                    Awaitility.await("what is written of " + counter.key())
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
                                "--admin-port=none",
                                "--redis-host=" + seed.host(),
                                "--redis-port=" + seed.port(),
                                "--redis-pool-size=4",
                                "--redis-timeout=" + REDIS_TIMEOUT.toSeconds(),
                                "--cache-size=150"),
                        Stream.of(more))
                .toArray(String[]::new)));
    }
}
