package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import redisproxy.testkit.Bytes;

/** Reads of one key over either port. */
public final class ReadingSteps {
    private final World world;
    private Answer answer;

    public ReadingSteps(World world) {
        this.world = world;
    }

    @Given("{string} has been read")
    public void hasBeenRead(String key) {
        assertThat(Port.HTTP.ask(world, world.key(key))).isInstanceOf(Answer.Value.class);
    }

    @When("{string} is read over {port}")
    public void isRead(String key, Port port) {
        answer = port.ask(world, world.key(key));
    }

    @Then("the answer is {string}")
    public void answerIs(String value) {
        assertAnswer(Bytes.escaped(value));
    }

    @Then("the key is absent")
    public void keyIsAbsent() {
        assertThat(answer).isEqualTo(new Answer.Absent());
    }

    @Then("the answer is an error that mentions {string}")
    public void answerIsError(String part) {
        assertThat(answer).isInstanceOf(Answer.Failure.class);
        assertThat(answer.toString()).contains(part);
    }

    void assertAnswer(Bytes value) {
        assertThat(answer).isEqualTo(new Answer.Value(value));
    }
}
