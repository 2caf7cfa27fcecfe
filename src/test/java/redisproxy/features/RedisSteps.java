package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;

/** The keys in Redis, its failures, and the number of its reads. */
public final class RedisSteps {
    private static final int HOUR_SECONDS = 3_600;

    private final World world;

    public RedisSteps(World world) {
        this.world = world;
    }

    @Given("Redis holds {string} for {string}")
    public void redisHolds(String value, String key) {
        world.redis().set(world.key(key), Bytes.escaped(value));
    }

    @Given("Redis holds {string} for exactly the key {string}")
    public void redisHoldsForExactKey(String value, String key) {
        world.redis().set(Bytes.escaped(key), Bytes.escaped(value));
    }

    @Given("Redis holds a list for {string}")
    public void redisHoldsList(String key) {
        world.redis().call(Bytes.utf8("RPUSH"), world.key(key), Bytes.utf8("item"));
    }

    @Given("{string} has not been used in Redis for an hour")
    public void hasNotBeenUsed(String key) {
        Bytes dump = ((Reply.Bulk) world.redis().call(Bytes.utf8("DUMP"), world.key(key))).bytes();
        world.redis()
                .call(
                        Bytes.utf8("RESTORE"),
                        world.key(key),
                        Bytes.utf8("0"),
                        dump,
                        Bytes.utf8("REPLACE"),
                        Bytes.utf8("IDLETIME"),
                        Bytes.utf8(Integer.toString(HOUR_SECONDS)));
    }

    @Then("{string} is still unused in Redis for an hour")
    public void isStillUnused(String key) {
        Reply idle = world.redis().call(Bytes.utf8("OBJECT"), Bytes.utf8("IDLETIME"), world.key(key));
        assertThat(((Reply.Whole) idle).value()).isGreaterThanOrEqualTo(HOUR_SECONDS);
    }

    @Then("Redis has {string} for {string}")
    public void redisHas(String value, String key) {
        assertThat(world.redis().call(Bytes.utf8("GET"), world.key(key)))
                .isEqualTo(new Reply.Bulk(Bytes.escaped(value)));
    }

    @Then("Redis has nothing for {string}")
    public void redisHasNothing(String key) {
        assertThat(world.redis().call(Bytes.utf8("EXISTS"), world.key(key))).isEqualTo(new Reply.Whole(0));
    }

    @Then("Redis keeps {string} for {int} seconds at most")
    public void redisKeeps(String key, int seconds) {
        Reply ttl = world.redis().call(Bytes.utf8("TTL"), world.key(key));
        assertThat(((Reply.Whole) ttl).value()).isBetween(seconds / 2L, (long) seconds);
    }

    @When("{string} is deleted from Redis")
    public void deleted(String key) {
        world.redis().delete(world.key(key));
    }

    @When("Redis pauses for {double} second(s)")
    public void pauses(double seconds) {
        world.pauseRedis(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    @When("Redis stops")
    public void stops() {
        world.ownRedis().stop();
    }

    @When("Redis crashes")
    public void crashes() {
        world.ownRedis().kill();
    }

    @When("Redis starts")
    public void starts() {
        world.ownRedis().start();
        world.connectToRedis();
    }

    @Then("Redis has been read exactly {int} time(s)")
    public void hasBeenRead(int times) {
        assertThat(world.readsOfRedis()).isEqualTo(times);
    }
}
