package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** What a balancer in front of the RESP port sends. */
public final class BalancerSteps {
    private final World world;
    private RespClient connection;

    public BalancerSteps(World world) {
        this.world = world;
    }

    @Given("a proxy behind a balancer at {string}")
    public void proxyBehindBalancer(String address) {
        world.startProxy(Map.of("--proxy-protocol", "both", "--trusted-proxies", address));
    }

    @When("a connection begins with the bytes {string}")
    public void begins(String bytes) {
        connection = world.closeLater(RespClient.connect(world.proxy().resp()));
        connection.send(world.bytes(bytes));
    }

    @When("{string} is sent behind them")
    public void sent(String command) {
        connection.send(RespClient.encode(command.split(" ")));
    }

    @Then("the client is shown with the address {string}")
    public void isShown(String address) {
        assertThat(((Reply.Bulk) connection.read()).bytes().asUtf8()).contains(" addr=" + address + " ");
    }

    @Then("the client may not do that")
    public void mayNot() {
        assertThat(connection.read())
                .isInstanceOfSatisfying(
                        Reply.Failure.class,
                        refusal -> assertThat(refusal.toString()).contains("NOPERM"));
    }

    @Then("the client is told {string}")
    public void isTold(String word) {
        assertThat(connection.read()).isEqualTo(new Reply.Simple(word));
    }

    @Then("that connection is closed")
    public void isClosed() {
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }
}
