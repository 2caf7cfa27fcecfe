package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import redisproxy.testkit.Bytes;

/** Which keys a full cache evicts. */
public final class EvictionSteps {
    private static final int READS_PER_KEY = 10;
    private static final long SEED = 20240229;

    private final World world;
    private final KeysInRedis keys;
    private final List<Answer> expected = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();

    public EvictionSteps(World world, KeysInRedis keys) {
        this.world = world;
        this.keys = keys;
    }

    @Given("Redis holds {int} key(s) more than the capacity of the cache")
    public void moreThanFit(int excess) {
        keys.hold(world.proxy().cacheSize() + excess);
    }

    @Given("Redis holds twice as many keys as the capacity of the cache")
    public void twiceAsManyAsFit() {
        keys.hold(2 * world.proxy().cacheSize());
    }

    @Given("all of them have been read, one after the other")
    public void allRead() {
        read(keys.count());
    }

    @Given("all but the last of them have been read, one after the other")
    public void allButLastRead() {
        read(keys.count() - 1);
    }

    @When("the first is read over {port}")
    public void firstRead(Port port) {
        port.ask(world, keys.key(0));
    }

    @When("the last is read over {port}")
    public void lastRead(Port port) {
        port.ask(world, keys.key(keys.count() - 1));
    }

    @When("all their values change in Redis")
    public void valuesChange() {
        keys.change();
    }

    @When("they are read in random order over both ports, each with a new value in Redis before each read")
    public void readAtRandom() {
        Random random = new Random(SEED);
        Map<Integer, Bytes> model = modelOfCapacity(world.proxy().cacheSize());
        for (int version = 0; version < READS_PER_KEY * keys.count(); version++) {
            int at = random.nextInt(keys.count());
            Bytes value = Bytes.utf8("version " + version);
            world.redis().set(keys.key(at), value);
            expected.add(new Answer.Value(readModel(model, at, value)));
            answers.add(random.nextBoolean() ? Port.HTTP.ask(world, keys.key(at)) : Port.RESP.ask(world, keys.key(at)));
        }
    }

    private static Map<Integer, Bytes> modelOfCapacity(int capacity) {
        return new LinkedHashMap<>(capacity, 0.75f, /* accessOrder= */ true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Bytes> eldest) {
                return size() > capacity;
            }
        };
    }

    private static Bytes readModel(Map<Integer, Bytes> model, int key, Bytes valueInRedis) {
        Bytes cached = model.get(key);
        if (cached == null) {
            model.put(key, valueInRedis);
            return valueInRedis;
        }
        return cached;
    }

    @Then("every answer is that of a model that evicts the key read longest ago")
    public void asExactly() {
        assertThat(answers).isEqualTo(expected);
    }

    @Then("all but the first {int} are answered with their old values")
    public void othersAreOld(int first) {
        for (int at = first; at < keys.count(); at++) {
            assertOld(at);
        }
    }

    @Then("the first {int} are answered with their new values")
    public void firstAreNew(int first) {
        for (int at = 0; at < first; at++) {
            assertNew(at);
        }
    }

    @Then("the first is answered with its old value")
    public void firstIsOld() {
        assertOld(0);
    }

    @Then("the second is answered with its new value")
    public void secondIsNew() {
        assertNew(1);
    }

    private void read(int count) {
        for (int at = 0; at < count; at++) {
            assertNew(at);
        }
    }

    private void assertOld(int at) {
        assertThat(ask(at)).isEqualTo(new Answer.Value(keys.oldValue(at)));
    }

    private void assertNew(int at) {
        assertThat(ask(at)).isEqualTo(new Answer.Value(keys.newValue(at)));
    }

    private Answer ask(int at) {
        return (at % 2 == 0 ? Port.HTTP : Port.RESP).ask(world, keys.key(at));
    }
}
