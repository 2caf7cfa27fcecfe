package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** A proxy in front of a Redis Cluster, and what happens to its nodes. */
public final class ClusterSteps {
    private static final Map<String, String> PATIENT = Map.of("--cache-size", "1000", "--redis-timeout", "2");

    private static final int MASTERS = 3;

    private final World world;
    private final Map<String, String> values = new LinkedHashMap<>();
    private RedisCluster cluster;
    private long readsBefore;
    private int down;

    public ClusterSteps(World world) {
        this.world = world;
    }

    @Given("a proxy in front of a Cluster")
    public void proxy() {
        start(SharedCluster.get(), Map.of());
    }

    @Given("a proxy in front of a Cluster that passes all commands on")
    public void proxyThatPassesOn() {
        start(SharedCluster.get(), Map.of("--commands", "all"));
    }

    @Given("a proxy in front of a Cluster of its own")
    public void proxyOfOwnCluster() {
        start(world.closeLater(RedisCluster.started(MASTERS, /* replicas= */ 0)), Map.of());
    }

    @Given("a proxy to which a Cluster reports writes")
    public void proxyWithTracking() {
        start(SharedCluster.get(), Map.of("--coherence", "tracking", "--ttl", "3600"));
    }

    @Given("a Cluster with a replica of each master")
    public void clusterWithReplicas() {
        cluster = world.closeLater(RedisCluster.started(MASTERS, /* replicas= */ MASTERS));
    }

    @Given("a proxy in front of it that reads from replicas alone")
    public void proxyOfReplicas() {
        readsBefore = readsOfMasters();
        start(cluster, Map.of("--read-from", "replica"));
    }

    private long readsOfMasters() {
        return IntStream.range(0, MASTERS)
                .mapToLong(master -> ReplicaSteps.reads(cluster.node(master)))
                .sum();
    }

    private void start(RedisCluster behind, Map<String, String> more) {
        cluster = behind;
        String hosts = cluster.addresses().stream().map(Address::toString).collect(Collectors.joining(","));
        Map<String, String> settings = new LinkedHashMap<>(PATIENT);
        settings.putAll(more);
        settings.put("--redis-url", "redis-cluster://" + hosts);
        world.startProxy(cluster.node(0).address(), settings);
    }

    @Given("a proxy that is told the address of one node of a Cluster")
    public void proxyOfOneNode() {
        cluster = SharedCluster.get();
        world.startProxy(cluster.node(1).address(), PATIENT);
    }

    @Given("the Cluster holds {string} for {string}")
    public void clusterHolds(String value, String key) {
        String stored = world.key(key).asUtf8();
        cluster.call(cluster.holderOf(stored), "SET", stored, value);
    }

    @Given("the Cluster holds {int} keys, some on each node")
    public void clusterHoldsKeys(int count) {
        for (int i = 0; i < count; i++) {
            clusterHolds("value-" + i, "key-" + i);
            values.put("key-" + i, "value-" + i);
        }
        assertThat(values.keySet().stream().map(this::holder).distinct()).hasSize(MASTERS);
    }

    @Given("the replicas have copied them")
    public void replicasHaveCopied() {
        IntStream.range(0, MASTERS).forEach(cluster::awaitCopied);
    }

    private int holder(String key) {
        return cluster.holderOf(world.key(key).asUtf8());
    }

    @Then("each of these keys is answered with its value over {port}")
    public void eachIsAnswered(Port port) {
        values.forEach(
                (key, value) -> assertThat(port.ask(world, world.key(key))).isEqualTo(value(value)));
    }

    @Then("before long each of these keys is answered with its value over {port}")
    public void eachIsAnsweredBeforeLong(Port port) {
        values.forEach((key, value) ->
                Polling.atMost(Address.PATIENCE).until(() -> port.ask(world, world.key(key)), value(value)::equals));
    }

    @Then("no master of the Cluster has been asked")
    public void noMasterHasBeenAsked() {
        assertThat(readsOfMasters()).isEqualTo(readsBefore);
    }

    private static Answer value(String text) {
        return new Answer.Value(Bytes.utf8(text));
    }

    @Then("one MGET for all of them has each value in its place")
    public void manyAreAnswered() {
        Bytes[] words = Stream.concat(
                        Stream.of(Bytes.utf8("MGET")), values.keySet().stream().map(world::key))
                .toArray(Bytes[]::new);
        world.resp().send(RespClient.encode(words));
        List<Reply> expected = values.values().stream().map(Reply::bulk).toList();
        assertThat(((Reply.Items) world.resp().read()).items()).isEqualTo(expected);
    }

    @Then("INFO names {int} nodes of a Cluster")
    public void infoNamesNodes(int count) {
        String info =
                ((Reply.Bulk) world.resp().call("INFO", "backing")).bytes().asUtf8();
        assertThat(info)
                .contains("backing_topology:cluster\r\n", "backing_tls:0\r\n", "backing_nodes:" + count + "\r\n");
        assertThat(info.lines().filter(line -> line.contains("role=master"))).hasSize(count);
    }

    @When("the slot of {string} moves to another node")
    public void slotMoves(String key) {
        int from = holder(key);
        cluster.move(RedisCluster.slot(world.key(key).asUtf8()), from, (from + 1) % MASTERS);
    }

    @When("one node of the Cluster crashes")
    public void nodeCrashes() {
        down = holder("key-0");
        cluster.node(down).kill();
    }

    @Then("the keys of the other nodes are answered with their values over {port}")
    public void othersAreAnswered(Port port) {
        values.forEach((key, value) -> {
            if (!isDown(key)) {
                assertThat(port.ask(world, world.key(key))).isEqualTo(value(value));
            }
        });
    }

    /** The slots of a node that is down are on none of the others. */
    private boolean isDown(String key) {
        int slot = RedisCluster.slot(world.key(key).asUtf8());
        return slot >= 16_384 * down / MASTERS && slot < 16_384 * (down + 1) / MASTERS;
    }

    @Then("the keys of that node are answered over {port} with an error that names it")
    public void errorNamesNode(Port port) {
        values.keySet().stream()
                .filter(this::isDown)
                .limit(3)
                .forEach(key -> assertThat(port.ask(world, world.key(key)).toString())
                        .contains("Failure")
                        .contains(cluster.node(down).address().toString()));
    }
}
