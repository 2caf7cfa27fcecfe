package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.time.Duration;
import redisproxy.testkit.Polling;
import redisproxy.testkit.Reply;

/** What clients read that keep caches themselves. */
public final class NearCacheSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);
    private static final Reply ABSENT = new Reply.Nil("_");

    private final World world;
    private KeepingClient client;

    public NearCacheSteps(World world) {
        this.world = world;
    }

    @Given("a client that keeps what it reads and is told of it on its connection")
    public void toldOnItsConnection() {
        client = KeepingClient.onOneConnection(world.connectResp());
    }

    @Given("a client that keeps what it reads and is told of it on a second connection")
    public void toldOnASecondConnection() {
        client = KeepingClient.onTwoConnections(world.connectResp(), world.connectResp());
    }

    @Given("a client that keeps what it reads and is told of all keys")
    public void toldOfAllKeys() {
        client = KeepingClient.onOneConnection(world.connectResp(), "BCAST");
    }

    /** Waits, since tracking may not be confirmed yet, and an earlier write not be reported. */
    @Given("the client holds {string} for {string}")
    public void holds(String value, String key) {
        awaitHeld(key, Reply.bulk(value));
    }

    @Given("the client holds that {string} is absent")
    public void holdsAbsence(String key) {
        awaitHeld(key, ABSENT);
    }

    private void awaitHeld(String key, Reply expected) {
        Polling.atMost(BEFORE_LONG).until(() -> {
            int before = client.requests();
            return client.read(world.key(key)).equals(expected) && client.requests() == before;
        });
    }

    @Then("before long the client reads {string} for {string}")
    public void reads(String value, String key) {
        Polling.atMost(BEFORE_LONG).until(() -> client.read(world.key(key)), Reply.bulk(value)::equals);
    }

    @Then("before long the client reads that {string} is absent")
    public void readsAbsence(String key) {
        Polling.atMost(BEFORE_LONG).until(() -> client.read(world.key(key)), ABSENT::equals);
    }

    @Then("the client still holds {string} for {string}")
    public void stillHolds(String value, String key) {
        int before = client.requests();
        assertThat(client.read(world.key(key))).isEqualTo(Reply.bulk(value));
        assertThat(client.requests()).isEqualTo(before);
    }

    @Then("before long the client reads {string} for {string} of the proxy each time")
    public void readsOfTheProxy(String value, String key) {
        int times = 5;
        Polling.atMost(BEFORE_LONG).until(() -> {
            int before = client.requests();
            for (int i = 0; i < times; i++) {
                assertThat(client.read(world.key(key))).isEqualTo(Reply.bulk(value));
                // What is told behind a reply may come a moment after it.
                assertThat(world.resp().call("PING")).isEqualTo(new Reply.Simple("PONG"));
            }
            return client.requests() == before + times;
        });
    }
}
