package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Polling;

/** The time for which a value is served. */
public final class ExpirySteps {
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

    private final World world;
    private final List<Reading> readings = new ArrayList<>();

    public ExpirySteps(World world) {
        this.world = world;
    }

    @Given("{string} is read for the first time over {port}")
    public void readFirst(String key, Port port) {
        read(world.key(key), port);
    }

    @When("{string} is read again and again over both ports until the answer changes")
    public void readUntilChange(String name) {
        Bytes key = world.key(name);
        Answer first = readings.get(0).answer();
        Polling.atMost(world.proxy().ttl().plus(LONGEST_DELAY)).until(() -> {
            Answer overHttp = read(key, Port.HTTP);
            Answer overResp = read(key, Port.RESP);
            return !overHttp.equals(first) || !overResp.equals(first);
        });
    }

    @Then("each answer was {string} within the TTL, and {string} after it")
    public void changed(String before, String after) {
        assertChange(new Answer.Value(Bytes.utf8(before)), new Answer.Value(Bytes.utf8(after)));
    }

    @Then("each answer was {string} within the TTL, and the key was absent after it")
    public void becameAbsent(String before) {
        assertChange(new Answer.Value(Bytes.utf8(before)), new Answer.Absent());
    }

    private Answer read(Bytes key, Port port) {
        long sent = System.nanoTime();
        Answer answer = port.ask(world, key);
        readings.add(new Reading(sent, System.nanoTime(), answer));
        return answer;
    }

    private void assertChange(Answer before, Answer after) {
        Reading load = readings.get(0);
        long ttl = world.proxy().ttl().toNanos();
        for (Reading reading : readings) {
            if (reading.answered() - load.sent() < ttl) {
                assertThat(reading.answer()).isEqualTo(before);
            } else if (reading.sent() - load.answered() >= ttl) {
                assertThat(reading.answer()).isEqualTo(after);
            }
        }
        assertThat(readings.get(readings.size() - 1).answer()).isEqualTo(after);
    }

    /** An answer, the time of its request, and the time of its arrival. */
    private record Reading(long sent, long answered, Answer answer) {}
}
