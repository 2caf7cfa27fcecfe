package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.List;
import redisproxy.testkit.Bytes;

/** Many concurrent requests for the same key. */
public final class SingleFlightSteps {
    private static final int THOUSAND = 1000;

    private final World world;
    private final Crowd crowd;
    private List<Answer> answers = List.of();

    public SingleFlightSteps(World world, Crowd crowd) {
        this.world = world;
        this.crowd = crowd;
    }

    @When("a thousand requests for {string}, or as many as the limit allows, are sent over both ports at once")
    public void manyRequest(String name) {
        Bytes key = world.key(name);
        int perPort = Math.min(THOUSAND / 2, world.proxy().maxConnections());
        for (int left = perPort; left > 0; left--) {
            crowd.add(Port.HTTP, key);
            crowd.add(Port.RESP, key);
        }
        crowd.send();
        answers = crowd.answers();
    }

    @Then("each of them is answered {string}")
    public void eachIsAnswered(String value) {
        assertThat(answers).containsOnly(new Answer.Value(Bytes.escaped(value)));
    }

    @Then("each of them is answered that the key is absent")
    public void eachIsAbsent() {
        assertThat(answers).containsOnly(new Answer.Absent());
    }

    @Then("each of them gets an error that mentions {string}")
    public void eachGetsError(String part) {
        assertThat(answers).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer).isInstanceOf(Answer.Failure.class);
            assertThat(answer.toString()).contains(part);
        });
    }
}
