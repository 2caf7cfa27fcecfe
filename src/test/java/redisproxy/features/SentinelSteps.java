package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.Map;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.testkit.Address;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/** A master with replicas, and the Sentinels that watch it. */
public final class SentinelSteps {
    private static final Map<String, String> TRACKING = Map.of("--coherence", "tracking");

    private final World world;
    private SentinelSetup setup;
    private RedisServerProcess master;

    public SentinelSteps(World world) {
        this.world = world;
    }

    SentinelSetup setup() {
        return setup;
    }

    @Given("a master that Sentinels watch")
    public void masterWithSentinels() {
        setup = world.closeLater(SentinelSetup.started());
        master = setup.firstMaster();
    }

    @Given("a master whose Sentinels have not started")
    public void masterWithoutSentinels() {
        setup = world.closeLater(SentinelSetup.stopped());
        setup.startServers();
        master = setup.firstMaster();
    }

    @Given("a proxy that knows the Sentinels")
    public void proxy() {
        world.startProxy(setup, Map.of("--admin-port", "0"));
    }

    @Given("a proxy that knows the Sentinels, with tracking")
    public void proxyWithTracking() {
        world.startProxy(setup, TRACKING);
    }

    @Given("a proxy that takes a Sentinel for Redis")
    public void proxyOfSentinel() {
        world.startProxy(setup.sentinels().get(0).address(), Map.of());
    }

    @Given("the master holds {string} for {string}")
    public void masterHolds(String value, String key) {
        try (RedisControl control = master.control()) {
            control.set(world.key(key), Bytes.escaped(value));
            // A failover loses what the replicas do not have yet.
            control.call("WAIT", "1", "5000");
        }
    }

    @When("the master crashes and a replica takes its place")
    public void masterCrashes() {
        setup.expectFailure();
        master.kill();
        master = setup.awaitPromotion();
    }

    @When("an operator has a replica take the place of the master")
    public void failover() {
        setup.failover();
        master = setup.awaitPromotion();
    }

    @When("the Sentinels start")
    public void sentinelsStart() {
        setup.startSentinels();
    }

    @When("all Sentinels crash")
    public void sentinelsCrash() {
        setup.sentinels().forEach(RedisServerProcess::kill);
    }

    @Then("before long INFO says that {int} Sentinels tell the master")
    public void infoTells(int count) {
        String expected = "backing_sentinels_telling:" + count;
        Polling.atMost(Address.PATIENCE)
                .until(
                        () -> world.resp().call("INFO", "backing"),
                        reply -> text(reply).contains(expected));
    }

    @Then("INFO names the master")
    public void infoNamesTheMaster() {
        assertThat(text(world.resp().call("INFO", "backing"))).contains("address=" + master.address() + ",role=master");
    }

    @Then("the proxy has told once that the master has changed")
    public void toldOfTheChange() {
        String events =
                new AdminClient(world.proxy().admin()).get("/api/v1/events").body();
        assertThat(events.split("\"master-changed\"", -1)).as(events).hasSize(2);
        assertThat(events)
                .contains("%s is at %s now, and no longer at ".formatted(SentinelSetup.NAME, master.address()));
    }

    private static String text(Reply reply) {
        return reply instanceof Reply.Bulk bulk ? bulk.bytes().asUtf8() : "";
    }
}
