package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** More concurrent requests or connections than the proxy admits. */
public final class LimitSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);
    private static final List<String> EACH_WAY = List.of(
            "GET /{absent}",
            "HEAD /{absent}",
            "GET /{a%20list}",
            "GET /{broken}%zz",
            "GET /query?key=",
            "GET /",
            "POST /{absent}");

    private final World world;
    private final KeysInRedis keys;
    private final List<HttpConnection> requests = new ArrayList<>();
    private final List<HttpConnection> refused = new ArrayList<>();
    private final List<HttpAnswer> idle = new ArrayList<>();
    private final List<RespClient> admitted = new ArrayList<>();
    private final List<RespClient> excess = new ArrayList<>();

    public LimitSteps(World world, KeysInRedis keys) {
        this.world = world;
        this.keys = keys;
    }

    @Given("Redis holds {int} keys more than the proxy admits at once")
    public void moreKeysThanAdmitted(int excessive) {
        keys.hold(world.proxy().maxConnections() + excessive);
    }

    @Given("more requests than that have been answered in each possible way")
    public void answeredInEachWay() {
        world.redis().call(Bytes.utf8("RPUSH"), world.key("a list"), Bytes.utf8("item"));
        for (String request : EACH_WAY) {
            for (int left = world.proxy().maxConnections() + 1; left > 0; left--) {
                try (HttpConnection connection =
                        HttpConnection.connect(world.proxy().http())) {
                    connection.send(world.bytes(HttpConnection.request(request).asUtf8()));
                    assertThat(connection.readWithoutBody().status()).isNotEqualTo(503);
                }
            }
        }
    }

    @When("one HTTP request for each of them is sent at once")
    public void oneRequestForEach() {
        for (int at = 0; at < keys.count(); at++) {
            requests.add(world.connectHttp());
        }
        for (int at = 0; at < keys.count(); at++) {
            requests.get(at).get(keys.key(at));
        }
    }

    @Then("exactly {int} are refused before Redis resumes")
    public void refusedBeforeRedisResumes(int count) {
        assertThat(world.pauseLeft()).isPositive();
        refused.addAll(
                Polling.atMost(world.pauseLeft()).until(this::answeredNow, answered -> answered.size() >= count));
        assertThat(world.pauseLeft()).isPositive();
        assertThat(refused).hasSize(count);
        requests.removeAll(refused);
    }

    private List<HttpConnection> answeredNow() {
        return requests.stream().filter(HttpConnection::hasInput).toList();
    }

    @Then("each of these has the status {int} and the header {string} with {string}")
    public void refusedWith(int status, String header, String value) {
        assertThat(refused).map(HttpConnection::read).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.header(header.toLowerCase(Locale.ROOT))).containsExactly(value);
        });
    }

    @Then("all others are answered with their values")
    public void othersAnswered() {
        List<Bytes> values = requests.stream()
                .map(HttpConnection::read)
                .map(HttpAnswer::body)
                .toList();
        List<Bytes> all = new ArrayList<>();
        for (int at = 0; at < keys.count(); at++) {
            all.add(keys.newValue(at));
        }
        assertThat(values)
                .doesNotHaveDuplicates()
                .hasSize(keys.count() - refused.size())
                .isSubsetOf(all);
        requests.clear();
        refused.clear();
    }

    @When("all clients disconnect")
    public void disconnect() {
        requests.forEach(HttpConnection::close);
        requests.clear();
    }

    @Then("before long as many requests as the proxy admits are served at once again")
    public void servedAgain() {
        Polling.atMost(BEFORE_LONG).until(this::allAreServedAtOnce);
    }

    private boolean allAreServedAtOnce() {
        keys.hold(world.proxy().maxConnections());
        world.pauseRedis(Duration.ofMillis(200));
        oneRequestForEach();
        List<Integer> statuses = requests.stream()
                .map(HttpConnection::read)
                .map(HttpAnswer::status)
                .toList();
        disconnect();
        return statuses.stream().allMatch(Predicate.isEqual(200));
    }

    @When("{int} connections more than the proxy admits requests have made one HTTP request each and stay open")
    public void idleConnections(int excessive) {
        for (int left = world.proxy().maxConnections() + excessive; left > 0; left--) {
            idle.add(answerToOneMore());
        }
    }

    @Then("each of them was answered")
    public void idleWereAnswered() {
        assertThat(idle).extracting(HttpAnswer::status).containsOnly(404);
    }

    @Then("one more request is answered")
    public void oneMoreIsAnswered() {
        assertThat(answerToOneMore().status()).isEqualTo(404);
    }

    private HttpAnswer answerToOneMore() {
        HttpConnection connection = world.connectHttp();
        connection.get(world.key("absent"));
        return connection.read();
    }

    @Given("as many RESP connections are open as the proxy admits")
    public void asManyRespConnections() {
        for (int left = world.proxy().maxConnections(); left > 0; left--) {
            admitted.add(world.connectResp());
        }
    }

    @When("{int} more RESP connection(s) is/are opened")
    public void moreRespConnections(int count) {
        for (int left = count; left > 0; left--) {
            excess.add(world.closeLater(RespClient.connect(world.proxy().resp())));
        }
    }

    @When("one of them is closed")
    public void oneIsClosed() {
        admitted.remove(0).close();
    }

    @Then("before long one more is admitted")
    public void oneMoreIsAdmitted() {
        admitted.add(world.connectResp());
    }

    @Then("each of these gets {string} and is closed")
    public void refusedAndClosed(String reply) {
        assertThat(excess).isNotEmpty().map(RespClient::readToEnd).containsOnly(Bytes.escaped(reply));
    }

    @Then("every connection within the limit still gets answers")
    public void admittedGetAnswers() {
        assertThat(admitted)
                .hasSize(world.proxy().maxConnections())
                .map(client -> client.call("PING"))
                .containsOnly(new Reply.Simple("PONG"));
    }
}
