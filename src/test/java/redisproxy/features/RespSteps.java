package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Commands and replies of the Redis protocol on one connection, in detail. */
public final class RespSteps {
    private final World world;
    private RespClient other;

    public RespSteps(World world) {
        this.world = world;
    }

    @Given("another RESP connection is open")
    public void anotherConnection() {
        other = world.connectResp();
    }

    @When("{string} is sent over RESP")
    public void sent(String command) {
        world.resp().send(encode(command));
    }

    @When("{string} is sent {int} times over RESP as one pipeline")
    public void sentManyTimes(String command, int times) {
        Bytes one = encode(command);
        for (int left = times; left > 0; left--) {
            world.resp().send(one);
        }
    }

    @When("{string} is sent over RESP byte by byte")
    public void sentByteByByte(String command) {
        for (byte each : encode(command).toArray()) {
            world.resp().send(Bytes.of(each));
        }
    }

    @When("these are sent over RESP as one pipeline")
    public void sentAsPipeline(List<String> commands) {
        world.resp().send(commands.stream().map(this::encode).reduce(Bytes.of(), Bytes::plus));
    }

    @When("these are sent over RESP, then the sending side is closed")
    public void sentBeforeClosingTheSendingSide(List<String> commands) {
        sentAsPipeline(commands);
        world.resp().finishSending();
    }

    @When("the bytes {string} are sent over RESP")
    public void bytesSent(String bytes) {
        world.resp().send(world.bytes(bytes));
    }

    @When("{int} characters without a line end are sent over RESP")
    public void lineWithoutEnd(int size) {
        world.resp().sendUntilRefused(Bytes.utf8("x".repeat(size)));
    }

    @Then("the reply is exactly {string}")
    public void replyIsExactly(String wire) {
        Bytes expected = world.bytes(wire);
        assertThat(world.resp().read(expected.size())).isEqualTo(expected);
    }

    @Then("{int} times the reply is exactly {string}")
    public void replyManyTimes(int times, String wire) {
        for (int left = times; left > 0; left--) {
            replyIsExactly(wire);
        }
    }

    @Then("the reply is an error that begins {string}")
    public void replyIsError(String beginning) {
        assertThat(world.resp().read())
                .isInstanceOfSatisfying(
                        Reply.Failure.class,
                        failure -> assertThat(failure.text()).startsWith(beginning));
    }

    @Then("the reply is no error")
    public void replyIsNoError() {
        assertThat(world.resp().read()).isNotInstanceOf(Reply.Failure.class);
    }

    @Then("the reply has lines that begin")
    public void replyHasLines(List<String> beginnings) {
        List<String> lines =
                ((Reply.Bulk) world.resp().read()).bytes().asUtf8().lines().toList();
        assertThat(beginnings).allSatisfy(beginning -> assertThat(lines).anyMatch(line -> line.startsWith(beginning)));
    }

    @Then("the reply says that {string} is {int}")
    public void replySays(String field, int value) {
        Reply reply = world.resp().read();
        Reply number = new Reply.Whole(value);
        if (reply instanceof Reply.Pairs map) {
            assertThat(map.pairs()).contains(Map.entry(Reply.bulk(field), number));
        } else {
            assertThat(((Reply.Items) reply).items()).containsSequence(Reply.bulk(field), number);
        }
    }

    @Then("the proxy closes the connection")
    public void closes() {
        assertThat(world.resp().readToEnd()).isEqualTo(Bytes.of());
    }

    @Then("the other RESP connection still gets {string} for {string}")
    public void otherStillGets(String value, String key) {
        assertThat(other.get(world.key(key))).isEqualTo(Reply.bulk(value));
    }

    private Bytes encode(String command) {
        return RespClient.encode(
                Arrays.stream(command.split(" ")).map(world::bytes).toArray(Bytes[]::new));
    }
}
