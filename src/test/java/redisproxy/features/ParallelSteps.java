package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Address;
import redisproxy.testkit.HttpConnection;

/** As many concurrent requests as the proxy admits, each for a different key. */
public final class ParallelSteps {
    private static final Duration SOON = Duration.ofSeconds(3);
    private static final int HALF_THOUSAND = 500;

    private final World world;
    private final KeysInRedis keys;
    private final Crowd crowd;
    private final List<Answer> expected = new ArrayList<>();
    private long sent;
    private long longestConnect;

    public ParallelSteps(World world, KeysInRedis keys, Crowd crowd) {
        this.world = world;
        this.keys = keys;
        this.crowd = crowd;
    }

    @Given("Redis holds as many (new )keys as the proxy admits at once")
    public void asManyKeysAsAdmitted() {
        keys.hold(world.proxy().maxConnections());
    }

    @Given("the first of them has been read")
    public void firstHasBeenRead() {
        assertThat(Port.HTTP.ask(world, keys.key(0))).isEqualTo(new Answer.Value(keys.newValue(0)));
    }

    @When("all of them are requested at once over {port}")
    public void askForAll(Port port) {
        add(port, 0);
        send();
    }

    @When("all of them are requested at once over HTTP and over RESP")
    public void askForAllOverBoth() {
        add(Port.HTTP, 0);
        add(Port.RESP, 0);
        send();
    }

    @When("all but the first are requested at once over {port}")
    public void askForAllButFirst(Port port) {
        add(port, 1);
        send();
    }

    @When("500 clients, or as many as the limit allows, connect over {port} one right after the other")
    public void connect(Port port) {
        Address address =
                port == Port.HTTP ? world.proxy().http() : world.proxy().resp();
        for (int left = Math.min(HALF_THOUSAND, world.proxy().maxConnections()); left > 0; left--) {
            long begun = System.nanoTime();
            world.closeLater(HttpConnection.connect(address));
            longestConnect = Math.max(longestConnect, System.nanoTime() - begun);
        }
    }

    /** The kernel waits for a second before it repeats a SYN that was dropped because the accept queue was full. */
    @Then("none of them has waited for a second")
    public void noneHasWaited() {
        assertThat(Duration.ofNanos(longestConnect)).isLessThan(Duration.ofMillis(900));
    }

    private void add(Port port, int from) {
        for (int at = from; at < keys.count(); at++) {
            crowd.add(port, keys.key(at));
            expected.add(new Answer.Value(keys.newValue(at)));
        }
    }

    private void send() {
        sent = System.nanoTime();
        crowd.send();
    }

    @Then("the first is answered over {port} before Redis resumes")
    public void firstIsAnswered(Port port) {
        assertThat(port.ask(world, keys.key(0))).isEqualTo(new Answer.Value(keys.newValue(0)));
        assertThat(world.pauseLeft()).isPositive();
    }

    @Then("all are answered with their values as soon as Redis resumes")
    public void answeredSoon() {
        answered();
        assertThat(world.pauseLeft()).isBetween(SOON.negated(), Duration.ZERO);
    }

    @Then("all are answered with their values")
    public void answered() {
        assertThat(crowd.answers()).isEqualTo(expected);
        expected.clear();
    }

    @Then("within {int} seconds all are answered with an error")
    public void answeredWithError(int seconds) {
        assertThat(crowd.answers()).hasSameSizeAs(expected).hasOnlyElementsOfType(Answer.Failure.class);
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(seconds));
    }
}
