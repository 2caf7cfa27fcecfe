package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import redisproxy.testkit.AdminClient;

/** What operators do with the page and the API of the admin port. */
public final class AdminPageSteps {
    private final World world;
    private String answer = "";

    public AdminPageSteps(World world) {
        this.world = world;
    }

    @Then("the admin port shows a page")
    public void showsAPage() {
        HttpResponse<String> page = admin().get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Redis Proxy</title>");
    }

    @When("the admin port is asked for {string}")
    public void isAskedFor(String name) {
        answer = admin().get("/api/v1/entry?key=" + world.key(name).percentEncoded())
                .body();
    }

    @Then("it says that the key is cached")
    public void saysCached() {
        assertThat(answer).contains("\"cached\":true");
    }

    @Then("it says that the key is not cached")
    public void saysNotCached() {
        assertThat(answer).contains("\"cached\":false");
    }

    @When("the operator invalidates {string}")
    public void invalidates(String name) {
        HttpResponse<String> done = admin().change("/api/v1/invalidate", body(name));
        assertThat(done.body()).isEqualTo("{\"dropped\":1}");
    }

    @When("a page of another site sends the browser to invalidate {string}")
    public void anotherSiteInvalidates(String name) {
        HttpResponse<String> refused = admin().send(admin().changing("/api/v1/invalidate")
                .header("Origin", "http://elsewhere.example")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString(body(name)))
                .build());
        assertThat(refused.statusCode()).isEqualTo(403);
    }

    private String body(String name) {
        return "{\"key\":\"" + world.key(name).asUtf8() + "\"}";
    }

    private AdminClient admin() {
        return new AdminClient(world.proxy().admin());
    }
}
