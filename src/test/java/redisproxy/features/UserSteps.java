package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import redisproxy.testkit.AdminClient;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Who may do what. */
public final class UserSteps {
    private final World world;
    private final HttpSteps http;

    public UserSteps(World world, HttpSteps http) {
        this.world = world;
        this.http = http;
    }

    @Given("a proxy with these users")
    public void proxyWithUsers(String lines) throws IOException {
        Path file = Files.createTempFile("users", ".acl");
        try {
            Files.writeString(file, lines);
            world.startProxy(RedisServerProcess.started(), Map.of("--acl-file", file.toString(), "--admin-port", "0"));
        } finally {
            Files.delete(file);
        }
        world.connectToRedis();
    }

    @Given("somebody has {string} in the cache")
    public void isCached(String key) {
        try (RespClient other = world.connectResp()) {
            assertThat(other.call("AUTH", "everything")).isEqualTo(new Reply.Simple("OK"));
            assertThat(other.call("GET", key)).isEqualTo(Reply.bulk("hidden"));
        }
    }

    @Given("nobody has {string} in the cache")
    public void isNotCached(String key) {
        try (RespClient other = world.connectResp()) {
            assertThat(other.call("AUTH", "everything")).isEqualTo(new Reply.Simple("OK"));
            assertThat(other.call("CACHE", "INVALIDATE", key)).isEqualTo(new Reply.Whole(0));
        }
    }

    @When("{string} is requested with the password {string} of {string}")
    public void isRequested(String target, String password, String user) {
        http.requestedWith(target, "Authorization: Basic " + base64(user, password));
    }

    @Then("the admin port answers {int} to nobody who asks for the state")
    public void answersNobody(int status) {
        assertThat(admin().get("/api/v1/state").statusCode()).isEqualTo(status);
    }

    @Then("the admin port answers {int} to {string} with {string} who asks for the state")
    public void answersState(int status, String user, String password) {
        assertThat(send(user, password, admin().changing("/api/v1/state"))).isEqualTo(status);
    }

    @Then("the admin port answers {int} to {string} with {string} who invalidates all")
    public void answersChange(int status, String user, String password) {
        HttpRequest.Builder change = admin().changing("/api/v1/invalidate")
                .header("X-Redis-Proxy", "test")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"all\": true}"));
        assertThat(send(user, password, change)).isEqualTo(status);
    }

    private int send(String user, String password, HttpRequest.Builder request) {
        return admin().send(request.header("Authorization", "Basic " + base64(user, password))
                        .build())
                .statusCode();
    }

    private AdminClient admin() {
        return new AdminClient(world.proxy().admin());
    }

    private static String base64(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
