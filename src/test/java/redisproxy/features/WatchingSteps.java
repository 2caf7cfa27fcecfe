package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

/** What the admin port tells. */
public final class WatchingSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(10);

    private final World world;

    public WatchingSteps(World world) {
        this.world = world;
    }

    @Given("a proxy with an admin port and a Redis of its own")
    public void proxyWithAdminPort() {
        start(Map.of());
    }

    @Given("a proxy that is ready only with Redis")
    public void proxyThatNeedsRedis() {
        start(Map.of("--ready-needs-redis", "true"));
    }

    @Given("a proxy that keeps loads of {double} seconds and longer, and a Redis of its own")
    public void proxyThatKeepsSlowLoads(double seconds) {
        start(Map.of(
                "--slowlog-log-slower-than", Long.toString(Math.round(seconds * 1_000_000)),
                "--latency-monitor-threshold", Long.toString(Math.round(seconds * 1_000))));
    }

    private void start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("--admin-port", "0");
        world.startProxy(RedisServerProcess.started(), all);
        world.connectToRedis();
    }

    @Then("the metrics say that {string} is {int}")
    public void metricIs(String name, int value) {
        assertThat(metrics().lines()).contains(name + " " + value + ".0");
    }

    @Then("before long the metrics say that {string} is {int}")
    public void metricIsBeforeLong(String name, int value) {
        Polling.atMost(BEFORE_LONG).until(this::metrics, text -> text.contains("\n" + name + " " + value + ".0\n"));
    }

    @Then("the slow log has {string} alone, with at least {double} seconds")
    public void slowLogHas(String key, double seconds) {
        Reply.Items log = (Reply.Items) world.resp().call("SLOWLOG", "GET", "-1");
        assertThat(log.items()).hasSize(1);
        List<Reply> entry = ((Reply.Items) log.items().get(0)).items();
        assertThat(((Reply.Whole) entry.get(2)).value()).isGreaterThanOrEqualTo(Math.round(seconds * 1_000_000));
        assertThat(entry.get(3)).isEqualTo(new Reply.Items(List.of(Reply.bulk("GET"), new Reply.Bulk(world.key(key)))));
    }

    @Then("the latest slow load took at least {double} seconds")
    public void latestSlowLoad(double seconds) {
        Reply.Items latest = (Reply.Items) world.resp().call("LATENCY", "LATEST");
        List<Reply> event = ((Reply.Items) latest.items().get(0)).items();
        assertThat(event.get(0)).isEqualTo(Reply.bulk("load"));
        assertThat(((Reply.Whole) event.get(2)).value()).isGreaterThanOrEqualTo(Math.round(seconds * 1_000));
    }

    @Then("no metric has the name of a key")
    public void noMetricHasAKey() {
        assertThat(metrics()).doesNotContain(world.key("Batman").asUtf8());
    }

    @When("the probe {string} has said {string}")
    @Then("before long the probe {string} says {string}")
    public void probeSaysBeforeLong(String probe, String text) {
        Polling.atMost(BEFORE_LONG).until(() -> get("/" + probe).body(), Bytes.utf8(text + "\n")::equals);
    }

    @Then("the probe {string} says {string}")
    public void probeSays(String probe, String text) {
        HttpAnswer answer = get("/" + probe);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Bytes.utf8(text + "\n"));
    }

    @Then("before long the probe {string} says that Redis does not answer")
    public void probeSaysThatRedisDoesNotAnswer(String probe) {
        HttpAnswer answer = Polling.atMost(BEFORE_LONG).until(() -> get("/" + probe), each -> each.status() == 503);
        assertThat(answer.body().asUtf8()).contains("[-]redis failed: Redis does not answer\n");
    }

    private String metrics() {
        return get("/metrics").body().asUtf8();
    }

    private HttpAnswer get(String target) {
        return HttpConnection.get(world.proxy().admin(), target);
    }
}
