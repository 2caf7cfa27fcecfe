package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/** A proxy that reads from the replicas of a master, and what happens to these. */
public final class ReplicaSteps {
    private static final Map<String, String> TRACKING = Map.of("--coherence", "tracking", "--ttl", "3600");
    private static final Pattern READS = Pattern.compile("keyspace_(?:hits|misses):(\\d+)");

    private final World world;
    private final SentinelSteps sentinels;
    private long readsBefore;
    private int fresh;

    public ReplicaSteps(World world, SentinelSteps sentinels) {
        this.world = world;
        this.sentinels = sentinels;
    }

    @Given("a proxy that prefers replicas")
    public void proxy() {
        start("prefer-replica", Map.of());
    }

    @Given("a proxy that prefers replicas, which report writes")
    public void proxyWithTracking() {
        start("prefer-replica", TRACKING);
    }

    @Given("a proxy that reads from replicas alone")
    public void proxyOfReplicas() {
        start("replica", Map.of());
    }

    @Given("a proxy that reads from replicas alone, which report writes")
    public void proxyOfReplicasWithTracking() {
        start("replica", TRACKING);
    }

    @Given("a proxy that reads from replicas alone, even from those without their master")
    public void proxyOfDisconnectedReplicas() {
        start("replica", Map.of("--read-disconnected-replicas", "true"));
    }

    /** Starts the proxy, and waits until it has found the replicas. */
    private void start(String readFrom, Map<String, String> more) {
        Map<String, String> settings = new LinkedHashMap<>(Map.of("--read-from", readFrom, "--redis-timeout", "1"));
        settings.putAll(more);
        world.startProxy(sentinels.setup(), settings);
        Polling.atMost(Address.PATIENCE).until(this::isReadFromReplicas);
        readsBefore = readsOfMaster();
    }

    private boolean isReadFromReplicas() {
        long before = readsOfMaster();
        Answer answer = readFresh(Port.RESP);
        return answer instanceof Answer.Absent && readsOfMaster() == before;
    }

    /** Reads a key that nobody has read before, so that it is not answered from memory. */
    private Answer readFresh(Port port) {
        return port.ask(world, world.key("nobody-" + fresh++));
    }

    private RedisServerProcess master() {
        return sentinels.setup().firstMaster();
    }

    private List<RedisServerProcess> replicas() {
        List<RedisServerProcess> servers = sentinels.setup().servers();
        return servers.subList(1, servers.size());
    }

    private long readsOfMaster() {
        return reads(master());
    }

    /** Returns how many keys have been read from a server since it started. */
    static long reads(RedisServerProcess server) {
        Matcher counts = READS.matcher(info(server, "stats"));
        return counts.results()
                .mapToLong(count -> Long.parseLong(count.group(1)))
                .sum();
    }

    private static String info(RedisServerProcess server, String section) {
        try (RedisControl control = server.control()) {
            return ((Reply.Bulk) control.call("INFO", section)).bytes().asUtf8();
        }
    }

    @Given("{string} is read until no server is asked for it")
    public void readUntilCached(String key) {
        Polling.atMost(Address.PATIENCE).until(() -> {
            long before = readsOfAll();
            return Port.HTTP.ask(world, world.key(key)) instanceof Answer.Value && readsOfAll() == before;
        });
    }

    private long readsOfAll() {
        return sentinels.setup().servers().stream()
                .mapToLong(ReplicaSteps::reads)
                .sum();
    }

    @When("all replicas crash")
    public void replicasCrash() {
        replicas().forEach(RedisServerProcess::kill);
    }

    /** The Sentinels wait for a minute before they replace it. */
    @When("the master crashes")
    public void masterCrashes() {
        master().kill();
    }

    @When("the replicas know that their master is gone")
    public void replicasKnow() {
        for (RedisServerProcess replica : replicas()) {
            Polling.atMost(Address.PATIENCE)
                    .until(() -> info(replica, "replication").contains("master_link_status:down"));
        }
    }

    @Then("the master has not been asked")
    public void masterHasNotBeenAsked() {
        assertThat(readsOfMaster()).isEqualTo(readsBefore);
    }

    @Then("INFO names {int} replicas that are read from")
    public void infoNamesReplicas(int count) {
        Polling.atMost(Address.PATIENCE)
                .until(
                        () -> world.resp().call("INFO", "backing"),
                        reply -> ((Reply.Bulk) reply)
                                        .bytes()
                                        .asUtf8()
                                        .lines()
                                        .filter(line -> line.contains("role=replica") && line.contains("read=yes"))
                                        .count()
                                == count);
    }

    @Then("before long {string} is answered over {port} with an error that mentions {string}")
    public void errorBeforeLong(String key, Port port, String part) {
        Polling.atMost(Address.PATIENCE)
                .until(
                        () -> port.ask(world, world.key(key)),
                        answer -> answer instanceof Answer.Failure failure
                                && failure.text().contains(part));
    }

    @Then("for {int} seconds keys that were not read before are answered over {port}")
    public void freshKeysAreAnswered(int seconds, Port port) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (System.nanoTime() - end < 0) {
            assertThat(readFresh(port)).isEqualTo(new Answer.Absent());
        }
    }
}
