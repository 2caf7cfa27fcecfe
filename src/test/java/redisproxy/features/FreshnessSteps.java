package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;
import redisproxy.testkit.RedisServerProcess;

/** The freshness that HTTP answers state, and the freshness that requests demand. */
public final class FreshnessSteps {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=(\\d+).*|no-cache");
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);
    private static final String HIT = "redis-proxy; hit; ttl=";
    private static final String SOON = "0.7";

    private final World world;
    private final HttpSteps http;

    public FreshnessSteps(World world, HttpSteps http) {
        this.world = world;
        this.http = http;
    }

    @Given("a proxy with a Redis of its own that serves expired values while Redis is down")
    public void proxyThatServesExpiredValuesWithoutRedis() {
        startWithRedisOfItsOwn(Map.of("--ttl", SOON, "--redis-timeout", "0.5", "--stale-if-error", "600"));
    }

    @Given("a proxy with a Redis of its own and a short TTL")
    public void proxyWithShortTtl() {
        startWithRedisOfItsOwn(Map.of("--ttl", SOON, "--redis-timeout", "0.5"));
    }

    @Given("a proxy that serves expired values while it loads new ones")
    public void proxyThatServesExpiredValuesDuringLoads() {
        world.startProxy(Map.of("--ttl", SOON, "--stale-while-revalidate", "600"));
    }

    private void startWithRedisOfItsOwn(Map<String, String> settings) {
        world.startProxy(RedisServerProcess.started(), settings);
        world.connectToRedis();
    }

    @When("{string} has expired")
    public void hasExpired(String key) {
        String request = "GET /" + world.key(key).percentEncoded();
        Polling.atMost(world.proxy().ttl().plus(LONGEST_DELAY)).until(() -> !isFresh(request));
    }

    /** Causes no load, and accepts no expired value. */
    private boolean isFresh(String request) {
        try (HttpConnection connection = HttpConnection.connect(world.proxy().http())) {
            connection.send(HttpConnection.request(request, "Cache-Control: only-if-cached, max-age=600"));
            return connection.read().status() == 200;
        }
    }

    @When("{string} is requested with the entity tag of the last answer")
    public void requestedWithTagOfLastAnswer(String methodAndTarget) {
        String tag = http.last().header("etag").get(0);
        http.requestedWith(methodAndTarget, "If-None-Match: " + tag);
    }

    @Then("the header {string} begins {string}")
    public void headerBegins(String name, String beginning) {
        assertThat(http.last().header(name.toLowerCase(Locale.ROOT))).hasSize(1);
        assertThat(http.last().header(name.toLowerCase(Locale.ROOT)).get(0)).startsWith(beginning);
    }

    @Then("the value may be kept for as long as it stays fresh in the cache")
    public void mayBeKeptWhileFresh() {
        String status = http.last().header("cache-status").get(0);
        assertThat(status).startsWith(HIT);
        assertThat(http.last().header("cache-control")).containsExactly("max-age=" + status.substring(HIT.length()));
    }

    @Then("the value may be kept for at most its TTL")
    public void mayBeKeptForTtl() {
        HttpAnswer answer = http.last();
        assertThat(answer.headers()).as(answer.toString()).doesNotContainKey("age");
        Matcher control = MAX_AGE.matcher(answer.header("cache-control").get(0));
        assertThat(control.matches()).as(answer.toString()).isTrue();
        long maxAge = control.group(1) == null ? 0 : Long.parseLong(control.group(1));
        assertThat(Duration.ofSeconds(maxAge))
                .as(answer.toString())
                .isLessThanOrEqualTo(world.proxy().ttl());
    }
}
