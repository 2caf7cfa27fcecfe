package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.Polling;

/** What the proxy's logs say. */
public final class LogSteps {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Pattern QUOTED_KEY = Pattern.compile("\"(?:GET|get) (\\S+) ");

    private final World world;
    private Path accessLog;
    private String line;

    public LogSteps(World world) {
        this.world = world;
    }

    @Given("a proxy that logs JSON, and a Redis of its own")
    public void proxyThatLogsJson() {
        world.startProcess(Map.of(), Map.of("--log-format", "json"));
    }

    @Given("a proxy that logs text, and a Redis of its own")
    public void proxyThatLogsText() {
        world.startProcess(Map.of(), Map.of());
    }

    @Given("a proxy with an access log, and a Redis of its own")
    public void proxyWithAccessLog() throws IOException {
        startWithAccessLog(Map.of());
    }

    @Given("a proxy with an access log that shows keys, and a Redis of its own")
    public void proxyThatShowsKeys() throws IOException {
        startWithAccessLog(Map.of("--access-log-keys", "show"));
    }

    private void startWithAccessLog(Map<String, String> settings) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target"), "access-log-");
        accessLog = directory.resolve("access.log");
        Map<String, String> all = new HashMap<>(settings);
        all.put("--access-log", accessLog.toString());
        world.startProcess(Map.of(), all);
    }

    @When("{string} is read over RESP until the answer mentions {string}")
    public void readUntilItMentions(String key, String part) {
        Polling.atMost(BEFORE_LONG)
                .pollInterval(PAUSE)
                .until(() -> Port.RESP.ask(world, world.key(key)).toString(), answer -> answer.contains(part));
    }

    @When("the access log is renamed")
    public void renameAccessLog() throws IOException {
        Files.move(accessLog, accessLog.resolveSibling("access.log.1"));
    }

    @Then("before long the log has the event {string} as JSON")
    public void logHasEvent(String action) {
        Polling.atMost(BEFORE_LONG)
                .until(
                        this::log,
                        text -> text.lines()
                                .anyMatch(each -> action.equals(parsed(each).get("event.action"))));
    }

    @Then("each line of the log is a JSON object with a time, a level and a message")
    public void eachLineIsJson() {
        assertThat(log().lines())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(parsed(each)).containsKeys("@timestamp", "log.level", "message"));
    }

    @Then("before long the log has a line with {string} and {string}")
    public void logHasLine(String first, String second) {
        Polling.atMost(BEFORE_LONG).until(() -> find(first, second), found -> found != null);
        line = find(first, second);
    }

    @Then("that line tells how many requests have failed")
    public void lineTellsWhatItCost() {
        assertThat(line).containsPattern("after \\S+ m?s; [1-9]\\d* requests? failed meanwhile");
    }

    @Then("the log has one line alone with {string}")
    public void logHasOneLineAlone(String part) {
        assertThat(log().lines().filter(each -> each.contains(part))).hasSize(1);
    }

    @Then("before long the access log has {int} line(s)")
    public void accessLogHasLines(int count) {
        Polling.atMost(BEFORE_LONG)
                .until(
                        () -> Files.exists(accessLog)
                                ? Files.readAllLines(accessLog).size()
                                : 0,
                        size -> size == count);
    }

    @Then("line {int} of the access log has {string}")
    public void accessLogLineHas(int number, String part) throws IOException {
        assertThat(accessLogLine(number)).contains(part);
    }

    @Then("line {int} of the access log has the key {string}")
    public void accessLogLineHasKey(int number, String key) throws IOException {
        assertThat(accessLogLine(number)).contains(" " + world.key(key).asUtf8() + " ");
    }

    @Then("lines {int} and {int} have the same hash of the key, and not the key")
    public void haveTheSameHash(int first, int second) throws IOException {
        String hash = quotedKey(accessLogLine(first));
        assertThat(hash).matches("[0-9a-f]{16}").isEqualTo(quotedKey(accessLogLine(second)));
        assertThat(Files.readString(accessLog)).doesNotContain("Batman");
    }

    private String accessLogLine(int number) throws IOException {
        List<String> lines = Files.readAllLines(accessLog);
        return lines.get(number - 1);
    }

    private static String quotedKey(String accessLogLine) {
        Matcher quoted = QUOTED_KEY.matcher(accessLogLine);
        assertThat(quoted.find()).as(accessLogLine).isTrue();
        return quoted.group(1);
    }

    private String find(String first, String second) {
        return log().lines()
                .filter(each -> each.contains(first) && each.contains(second))
                .findFirst()
                .orElse(null);
    }

    private String log() {
        ChildProcess process = world.process();
        return process.err();
    }

    private static Map<String, Object> parsed(String json) {
        try {
            return JSON.std.mapFrom(json);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + json, e);
        }
    }
}
