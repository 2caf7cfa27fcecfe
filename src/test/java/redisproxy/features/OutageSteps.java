package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.Locale;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The answers of the proxy while Redis is down, and its recovery. */
public final class OutageSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);

    /** Less than the proxy's timeout, and much more than it takes on a busy machine. */
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final World world;
    private HttpConnection http;
    private long asked;

    public OutageSteps(World world) {
        this.world = world;
    }

    @When("{string} is requested over HTTP")
    public void requestedOverHttp(String key) {
        http = world.connectHttp();
        asked = System.nanoTime();
        http.get(world.key(key));
    }

    @When("{string} is requested over RESP")
    public void requestedOverResp(String key) {
        RespClient resp = world.resp();
        asked = System.nanoTime();
        resp.send(RespClient.encode(Bytes.utf8("GET"), world.key(key)));
    }

    @Then("within {int} seconds the answer has the status {int}, the header {string} and one line of text")
    public void statusComes(int seconds, int status, String header) {
        HttpAnswer answer = http.read();
        assertThat(sinceAsked()).isLessThan(Duration.ofSeconds(seconds));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header(header.toLowerCase(Locale.ROOT))).hasSize(1);
        assertThat(answer.header("content-type").toString()).contains("text/plain");
        assertThat(answer.body().asUtf8().lines())
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).isNotBlank().doesNotContain("Exception"));
    }

    @Then("within {int} seconds the reply is an error that begins {string}")
    public void errorComes(int seconds, String beginning) {
        Reply reply = world.resp().read();
        assertThat(sinceAsked()).isLessThan(Duration.ofSeconds(seconds));
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failure.class,
                        failure ->
                                assertThat(failure.text()).startsWith(beginning).doesNotContain("Exception"));
    }

    @Then("before long {string} is answered {string} over {port}")
    public void answeredBeforeLong(String key, String value, Port port) {
        Polling.atMost(BEFORE_LONG)
                .until(() -> port.ask(world, world.key(key)), new Answer.Value(Bytes.utf8(value))::equals);
    }

    @Then("{int} other keys, one after the other, are each answered with an error at once over {port}")
    public void eachFailsAtOnce(int count, Port port) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            asked = System.nanoTime();
            Answer answer = port.ask(world, world.key("other " + i));
            assertThat(sinceAsked()).isLessThan(AT_ONCE);
            assertThat(answer).isInstanceOf(Answer.Failure.class);
            // The next one may come when the proxy is about to look whether Redis is back.
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private Duration sinceAsked() {
        return Duration.ofNanos(System.nanoTime() - asked);
    }
}
