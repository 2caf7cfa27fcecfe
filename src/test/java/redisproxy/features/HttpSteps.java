package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.ParameterType;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Single HTTP requests and answers, in detail. */
public final class HttpSteps {
    private static final Pattern TELL_TALE =
            Pattern.compile("(?i)jetty|tomcat|servlet|jakarta|java|exception|\\bat [a-z]+\\.");

    private final World world;
    private final List<HttpAnswer> answers = new ArrayList<>();
    private HttpConnection connection;

    public HttpSteps(World world) {
        this.world = world;
    }

    @ParameterType("\\d+(?:, \\d+)+")
    public List<Integer> statuses(String list) {
        return Arrays.stream(list.split(", ")).map(Integer::valueOf).toList();
    }

    @ParameterType("\"[^\"]*\"(?:, \"[^\"]*\")+")
    public List<String> texts(String list) {
        return Arrays.stream(list.split(", "))
                .map(text -> text.substring(1, text.length() - 1))
                .toList();
    }

    @When("{string} is requested")
    public void requested(String methodAndTarget) {
        connection = world.connectHttp();
        exchange(methodAndTarget);
    }

    @When("{string} is requested with {string}")
    public void requestedWith(String methodAndTarget, String header) {
        connection = world.connectHttp();
        exchange(methodAndTarget, header);
    }

    @When("{string} is requested with the body {string}")
    public void requestedWithBody(String methodAndTarget, String body) {
        requestedWithBody(methodAndTarget, body, "Accept: */*");
    }

    @When("{string} is requested with the body {string} and {string}")
    public void requestedWithBody(String methodAndTarget, String body, String header) {
        connection = world.connectHttp();
        Bytes bytes = world.bytes(body);
        connection.send(encode(methodAndTarget, header, "Content-Length: " + bytes.size())
                .plus(bytes));
        readAnswerTo(methodAndTarget);
    }

    @When("{string} is requested for the host {string}")
    public void requestedForHost(String methodAndTarget, String host) {
        connection = world.connectHttp();
        connection.send(world.bytes(methodAndTarget + " HTTP/1.1\\r\\nHost: " + host + "\\r\\n\\r\\n"));
        readAnswerTo(methodAndTarget);
    }

    @When("these are requested one after the other on one connection")
    public void requestedOneAfterTheOther(List<String> requests) {
        connection = world.connectHttp();
        requests.forEach(request -> exchange(request));
    }

    @When("these are requested as one pipeline")
    public void requestedAsPipeline(List<String> requests) {
        connection = world.connectHttp();
        connection.send(requests.stream().map(request -> encode(request)).reduce(Bytes.of(), Bytes::plus));
        requests.forEach(this::readAnswerTo);
    }

    @When("the bytes {string} are sent over HTTP")
    public void bytesSent(String bytes) {
        connection = world.connectHttp();
        connection.send(world.bytes(bytes));
        readAnswerTo(bytes);
    }

    @When("a request line of {int} characters is sent")
    public void longRequestLine(int size) {
        sendTooMuch(HttpConnection.request("GET /" + "x".repeat(size)));
    }

    @When("a header of {int} characters is sent")
    public void longHeader(int size) {
        sendTooMuch(HttpConnection.request("GET /", "X-Long: " + "x".repeat(size)));
    }

    private void sendTooMuch(Bytes request) {
        connection = world.connectHttp();
        connection.sendUntilRefused(request);
        answers.add(connection.read());
    }

    private void exchange(String methodAndTarget, String... headers) {
        connection.send(encode(methodAndTarget, headers));
        readAnswerTo(methodAndTarget);
    }

    private Bytes encode(String methodAndTarget, String... headers) {
        return world.bytes(HttpConnection.request(methodAndTarget, headers).asUtf8());
    }

    private void readAnswerTo(String request) {
        answers.add(request.startsWith("HEAD") ? connection.readWithoutBody() : connection.read());
    }

    @Then("the status is {int}")
    public void statusIs(int status) {
        assertThat(last().status()).as(() -> last().toString()).isEqualTo(status);
    }

    @Then("the body is exactly {string}")
    public void bodyIsExactly(String body) {
        assertThat(last().body()).isEqualTo(world.bytes(body));
    }

    @Then("the content type is {string}")
    public void bodyIsOfType(String type) {
        assertThat(last().header("content-type")).hasSize(1);
        assertThat(last().header("content-type").get(0).replace(" ", "")).isEqualToIgnoringCase(type.replace(" ", ""));
    }

    @Then("the body mentions {string}")
    public void bodyMentions(String part) {
        assertThat(last().body().asUtf8()).contains(part);
    }

    @Then("the header {string} is {string}")
    public void headerIs(String name, String value) {
        assertThat(last().header(name.toLowerCase(Locale.ROOT))).containsExactly(value);
    }

    @Then("the header {string} lists {string} and {string}")
    public void headerLists(String name, String first, String second) {
        assertThat(String.join(", ", last().header(name.toLowerCase(Locale.ROOT)))
                        .split(", *"))
                .contains(first, second);
    }

    @Then("the answer has no body")
    public void noBody() {
        connection.send(HttpConnection.request("GET /", "Connection: close"));
        assertThat(connection.read().status()).isEqualTo(200);
    }

    @Then("the answer does not identify the server")
    public void doesNotIdentifyServer() {
        assertThat(last().headers()).doesNotContainKeys("server", "x-powered-by");
        assertThat(last().body().asUtf8()).doesNotContainPattern(TELL_TALE);
    }

    @Then("their statuses are {statuses}")
    public void theirStatuses(List<Integer> statuses) {
        assertThat(answers).extracting(HttpAnswer::status).isEqualTo(statuses);
    }

    @Then("their bodies are {texts}")
    public void theirBodies(List<String> bodies) {
        assertThat(answers).extracting(answer -> answer.body().asUtf8()).isEqualTo(bodies);
    }

    @Then("the HTTP connection is closed")
    public void connectionEnds() {
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    @Then("the HTTP connection is closed after {double} second(s), and not before")
    public void connectionEndsAfter(double seconds) {
        long start = System.nanoTime();
        connectionEnds();
        // The idle time has begun a moment before.
        assertThat((System.nanoTime() - start) / 1e9).isBetween(seconds - 0.5, seconds + 5);
    }

    HttpAnswer last() {
        return answers.get(answers.size() - 1);
    }
}
