package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Clients read over both ports while real Sentinels replace a real master, and while the Sentinels fail.
 *
 * <p>A replica lacks the last writes of a master that it replaces. The writer goes on all the while, and finds out what the new
 * master has before it writes there. Right is a value that was written for that key, and that is:
 *
 * <ul>
 *   <li>no older than what the master held when the value was asked for, less the time that a load may take or, if that is
 *       longer, a value may stay in memory;
 *   <li>no older than what the same client read before, unless the new master lacks that: then what it has;
 *   <li>not one that the new master lacks, if it was asked for after the proxy had answered by the new master once (in TTL mode,
 *       after that and the TTL);
 *   <li>never one that a former master was given afterwards: all its keys are set to another value.
 * </ul>
 *
 * <p>A refusal is wrong unless there was no master, or there has been one for no longer than {@link Outages#RECOVERY}, with some
 * room for a busy machine, or the machine has run nothing for half a second meanwhile. A failover on demand, a Sentinel that
 * fails, and connections that break explain none.
 *
 * <p>Without further settings each test causes every fault once. With {@code -Dsoak.seconds} both tests together take so many
 * seconds, and former masters wait for the Sentinels to make them replicas. {@code -Dsoak.seed} repeats the order of the faults.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SentinelSoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelSoakTest.class);

    private static final int CLIENTS = 12;
    private static final int SENTINELS = 3;
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration TTL = Duration.ofMillis(300);
    private static final Duration HEARTBEAT = Duration.ofMillis(300);
    private static final Duration GENEROUS = Duration.ofSeconds(1);
    private static final Duration OVERDUE = Duration.ofMillis(100);

    /** Sentinels take some seconds to agree, and many on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long SECONDS = Long.getLong("soak.seconds", 0);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());

    /** How long a state lasts in which the proxy could go wrong. */
    private static final Duration TEMPTATION = Duration.ofMillis(SECONDS == 0 ? 500 : 3_000);

    private static final Duration SILENCE = Duration.ofMillis(100);

    private static final Pattern SWITCHES = Pattern.compile("backing_switches:(\\d+)\r\n");

    private final Contents contents = new Contents();
    private final Random random = new Random(SEED);
    private final Crowd crowd = new Crowd(contents, random);
    private final Findings findings = crowd.findings();
    private SentinelSetup setup;
    private ProxyServer proxy;
    private MasterWriter writer;
    private RedisServerProcess master;
    private Duration lostInMemory;
    private int failovers;
    private int probes;
    private Duration longestRecovery = Duration.ZERO;

    private enum Event {
        /** A Sentinel replaces the master on demand, while the master goes on. */
        FAILOVER,
        /** The master is killed, and comes back without data as a master. */
        CRASH,
        /** The master is stopped for longer than the Sentinels wait for it, and then goes on as a master. */
        SUSPENSION,
        /** A Sentinel is killed, and comes back. */
        SENTINEL_CRASH,
        /** All Sentinels are killed, the connections to the master are cut meanwhile, and the Sentinels come back. */
        NO_SENTINELS,
        /** The master closes all connections. */
        CUT
    }

    @Test
    void valuesThatLiveForTheirTime() {
        soak(TTL, TTL, "--ttl=0.3");
    }

    @Test
    void valuesThatFollowWrites() {
        soak(HEARTBEAT.multipliedBy(3), Duration.ZERO, "--coherence=tracking", "--tracking-heartbeat=0.3");
    }

    private void soak(Duration fromMemory, Duration lostFromMemory, String... flags) {
        lostInMemory = lostFromMemory;
        try (SentinelSetup started =
                SentinelSetup.started("sentinel failover-timeout %s 1000".formatted(SentinelSetup.NAME))) {
            setup = started;
            master = setup.firstMaster();
            try (RedisControl control = master.control()) {
                contents.fill(control);
                control.call("WAIT", "2", "15000");
            }
            writer = crowd.startMasterWriter(master);
            long startedNanos = System.nanoTime();
            try (ProxyServer opened = startProxy(flags)) {
                proxy = opened;
                await("all Sentinels telling", () -> isTold(SENTINELS));
                crowd.startReaders(
                        http(),
                        resp(),
                        CLIENTS,
                        new Reader.Promise(REDIS_TIMEOUT.plus(GENEROUS), fromMemory, REDIS_TIMEOUT.plus(OVERDUE)));
                long deadline = startedNanos + TimeUnit.SECONDS.toNanos(SECONDS) / 2;
                do {
                    List<Event> shuffled = Arrays.asList(Event.values());
                    Collections.shuffle(shuffled, random);
                    shuffled.forEach(this::have);
                } while (System.nanoTime() - deadline < 0);
                crowd.stop();
                assertThat(switches())
                        .as("changes of the master, seed %d", SEED)
                        .isEqualTo(failovers);
            } finally {
                crowd.stop();
            }
        }
        LOG.info(
                "{} failovers, the longest recovery took {}, the latest refusal was asked for {} after a master was there, {}",
                failovers,
                longestRecovery,
                crowd.outages().latest(),
                findings);
        assertThat(findings.values()).isPositive();
    }

    private void have(Event event) {
        long began = System.nanoTime();
        Duration recovery = switch (event) {
            case FAILOVER -> failOver();
            case CRASH -> crash();
            case SUSPENSION -> suspend();
            case SENTINEL_CRASH -> crashSentinel();
            case NO_SENTINELS -> loseSentinels();
            case CUT -> cut();
        };
        longestRecovery = longestRecovery.compareTo(recovery) > 0 ? longestRecovery : recovery;
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

    /* --------------- The master is replaced --------------- */

    private Duration failOver() {
        RedisServerProcess former = master;
        List<RedisServerProcess> copies = copies();
        contents.doubt();
        await("the Sentinel begins", this::isFailoverBegun);
        Duration recovery = turnTo(awaitNext(copies));
        outdate(former);
        crowd.pass(TEMPTATION);
        awaitDemotion(former);
        return recovery;
    }

    private boolean isFailoverBegun() {
        try {
            setup.failover();
            return true;
        } catch (IllegalStateException e) {
            // The Sentinel has not heard of the replicas for a while.
            return false;
        }
    }

    private Duration crash() {
        RedisServerProcess former = master;
        List<RedisServerProcess> copies = copies();
        contents.doubt();
        setup.expectFailure();
        Outages.Outage outage = crowd.outages().begin(key -> true);
        former.kill();
        Acceptance next = awaitNext(copies);
        outage.end(next.nanos);
        setup.expectNoFailure();
        Duration recovery = turnTo(next);
        former.start();
        crowd.pass(TEMPTATION);
        awaitDemotion(former);
        return recovery;
    }

    private Duration suspend() {
        RedisServerProcess former = master;
        List<RedisServerProcess> copies = copies();
        contents.doubt();
        setup.expectFailure();
        Outages.Outage outage = crowd.outages().begin(key -> true);
        Duration recovery;
        former.suspend();
        try {
            Acceptance next = awaitNext(copies);
            outage.end(next.nanos);
            setup.expectNoFailure();
            recovery = turnTo(next);
            crowd.pass(TEMPTATION);
        } finally {
            former.resume();
        }
        outdate(former);
        crowd.pass(TEMPTATION);
        awaitDemotion(former);
        return recovery;
    }

    /** Waits until both other servers are replicas that have what the master has, and returns them. */
    private List<RedisServerProcess> copies() {
        await("replicas", () -> setup.copiesOf(master).size() == 2);
        return setup.copiesOf(master);
    }

    /** A server that has accepted a write for the first time. */
    private record Acceptance(RedisServerProcess server, long nanos) {}

    /** Waits until one of these, which do not do so yet, accepts writes. */
    private Acceptance awaitNext(List<RedisServerProcess> replicas) {
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - untilNanos < 0) {
            for (RedisServerProcess each : replicas) {
                try (RedisControl control = each.control()) {
                    control.call("SET", "accepted", "yes");
                    return new Acceptance(each, System.nanoTime());
                } catch (IllegalStateException | UncheckedIOException e) {
                    // It is a replica, or is becoming a master.
                }
            }
            crowd.pass(Duration.ofMillis(2));
        }
        throw new AssertionError("no replica has become a master (seed %d)".formatted(SEED));
    }

    /** Waits until the proxy answers by the new master, and then has the writer turn to it. Returns how long the first took. */
    private Duration turnTo(Acceptance next) {
        failovers++;
        master = next.server;
        awaitAnswers();
        long answeredNanos = System.nanoTime();
        // Nothing is written meanwhile that would make the proxy drop what it may still hold of the former master.
        crowd.pass(SILENCE);
        writer.turnTo(master, answeredNanos + lostInMemory.toNanos());
        awaitCoherence();
        return Duration.ofNanos(answeredNanos - next.nanos).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Whoever reads from a former master gets a value that is wrong. */
    private void outdate(RedisServerProcess former) {
        try (RedisControl control = former.control()) {
            contents.outdate(control);
        } catch (IllegalStateException | UncheckedIOException e) {
            LOG.info("{} is a replica already", former.address());
        }
    }

    /** Waits until the Sentinels agree and a former master is a replica, which they make it after eight seconds or so. */
    private void awaitDemotion(RedisServerProcess former) {
        try {
            await("Sentinels that agree", () -> setup.isToldByAll(master));
        } catch (ConditionTimeoutException e) {
            // On a busy machine they may take the new master for down and go back by themselves. The writer does not
            // follow that.
            assumeFalse(setup.isToldByAll(former), "the Sentinels have gone back to " + former.address());
            throw e;
        }
        if (SECONDS == 0) {
            try (RedisControl control = former.control()) {
                Address address = master.address();
                control.call("REPLICAOF", address.host(), Integer.toString(address.port()));
            }
        }
        copies();
    }

    /* --------------- The master stays --------------- */

    private Duration crashSentinel() {
        RedisServerProcess sentinel = setup.sentinels().get(random.nextInt(SENTINELS));
        sentinel.kill();
        await("the loss of a Sentinel", () -> isTold(SENTINELS - 1));
        crowd.pass(TEMPTATION);
        sentinel.start();
        return awaitSentinels();
    }

    private Duration loseSentinels() {
        setup.sentinels().forEach(RedisServerProcess::kill);
        await(
                "the loss of all Sentinels",
                () -> isTold(0) && info("backing").contains("backing_sentinels_detail:the Sentinel at "));
        cut();
        crowd.pass(TEMPTATION);
        awaitAnswers();
        setup.startSentinels();
        return awaitSentinels();
    }

    private Duration awaitSentinels() {
        await("all Sentinels", () -> isTold(SENTINELS));
        setup.awaitKnown();
        assertThat(info("backing")).contains("backing_sentinels_detail:\r\n");
        return Duration.ZERO;
    }

    private Duration cut() {
        try (RedisControl control = master.control()) {
            control.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        }
        long cutNanos = System.nanoTime();
        awaitAnswers();
        Duration recovery = Duration.ofNanos(System.nanoTime() - cutNanos).truncatedTo(ChronoUnit.MILLIS);
        awaitCoherence();
        return recovery;
    }

    /* --------------- The proxy --------------- */

    /** Waits until both ports answer for keys that have been set in the master just before. */
    private void awaitAnswers() {
        try (Port resp = new RespPort(resp());
                Port http = new HttpPort(http())) {
            for (Port port : List.of(resp, http)) {
                await("the answer of the master", () -> isAnswered(port));
            }
        }
    }

    private boolean isAnswered(Port port) {
        String key = "probe:" + probes++;
        try (RedisControl control = master.control()) {
            control.call("SET", key, "there", "EX", "60");
            return port.ask(List.of(key)).get(0) instanceof Answer.Value;
        } catch (IllegalStateException | UncheckedIOException e) {
            // A Sentinel has all connections closed of a server that it changes.
            return false;
        }
    }

    private void awaitCoherence() {
        await("coherence", () -> {
            String info = info("coherence");
            return info.contains("tracking:off\r\n") || info.contains("tracking:tracking\r\n");
        });
    }

    private boolean isTold(int sentinels) {
        return info("backing").contains("backing_sentinels_telling:%d\r\n".formatted(sentinels));
    }

    private int switches() {
        Matcher switches = SWITCHES.matcher(info("backing"));
        assertThat(switches.find()).isTrue();
        return Integer.parseInt(switches.group(1));
    }

    private String info(String section) {
        try (RespClient client = RespClient.connect(resp())) {
            return ((Reply.Bulk) client.call("INFO", section)).bytes().asUtf8();
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    private ProxyServer startProxy(String... more) {
        String sentinels = setup.sentinels().stream()
                .map(each -> each.address().toString())
                .collect(Collectors.joining(","));
        return ProxyServer.start(ProxyConfig.fromArgs(Stream.concat(
                        Stream.of(
                                "--proxy-host=127.0.0.1",
                                "--proxy-port=0",
                                "--tcp-port=0",
                                "--admin-port=none",
                                "--redis-url=redis-sentinel://%s#%s".formatted(sentinels, SentinelSetup.NAME),
                                "--redis-pool-size=4",
                                "--redis-timeout=" + REDIS_TIMEOUT.toSeconds(),
                                "--cache-size=150"),
                        Stream.of(more))
                .toArray(String[]::new)));
    }

    private Address http() {
        return Address.loopback(proxy.httpPort());
    }

    private Address resp() {
        return Address.loopback(proxy.respPort());
    }
}
