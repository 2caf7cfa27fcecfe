package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.util.List;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Reads in numbers, and what the proxy tells of them. Keys are as they are written: each scenario has a Redis of its own. */
public final class HotKeySteps {
    private static final int PIPELINE = 100;

    private final World world;

    public HotKeySteps(World world) {
        this.world = world;
    }

    @When("{string} is read {int} time(s) over {port}")
    public void isReadTimes(String name, int times, Port port) {
        Bytes key = Bytes.escaped(name);
        if (port == Port.RESP) {
            for (int i = 0; i < times; i++) {
                assertThat(world.resp().get(key)).isNotInstanceOf(Reply.Failure.class);
            }
            return;
        }
        try (HttpConnection connection = world.connectHttp()) {
            for (int i = 0; i < times; i++) {
                connection.get(key);
                assertThat(connection.read().status()).isIn(200, 404);
            }
        }
    }

    @When("{string} is read {int} times over RESP in pipelines, and {string} half as often")
    public void isReadInPipelines(String often, int times, String half) {
        Bytes two = RespClient.encode(Bytes.utf8("GET"), Bytes.escaped(often));
        Bytes three = two.plus(two).plus(RespClient.encode(Bytes.utf8("GET"), Bytes.escaped(half)));
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < PIPELINE; i++) {
            pipeline = pipeline.plus(three);
        }
        for (int i = 0; i < times / (2 * PIPELINE); i++) {
            world.resp().send(pipeline);
            for (int j = 0; j < 3 * PIPELINE; j++) {
                assertThat(world.resp().read()).isInstanceOf(Reply.Bulk.class);
            }
        }
    }

    @Then("{string} is the hottest key, with {int} reads and a share of {int} percent")
    public void isHottest(String name, int reads, int percent) {
        assertHot(0, name, reads, percent);
    }

    @Then("the next hottest key is {string}, with {int} reads and a share of {int} percent")
    public void isNextHottest(String name, int reads, int percent) {
        assertHot(1, name, reads, percent);
    }

    private void assertHot(int place, String name, int reads, int percent) {
        assertThat(hotKey(place))
                .containsExactly(
                        new Reply.Bulk(Bytes.escaped(name)),
                        new Reply.Whole(reads),
                        Reply.bulk(percent + ".00"),
                        new Reply.Whole(0));
    }

    @Then("{string} is the hottest key, with {int} reads within the error that is told")
    public void isHottestWithinError(String name, int reads) {
        List<Reply> hot = hotKey(0);
        long accesses = ((Reply.Whole) hot.get(1)).value();
        long error = ((Reply.Whole) hot.get(3)).value();
        assertThat(hot.get(0)).isEqualTo(new Reply.Bulk(Bytes.escaped(name)));
        // In 5 of 100 cases it is more; three times as much is beyond chance.
        assertThat(Math.abs(accesses - reads)).isLessThanOrEqualTo(3 * error);
        assertThat(error).isLessThan(reads / 4);
    }

    private List<Reply> hotKey(int place) {
        Reply.Items all = (Reply.Items) world.resp().call("CACHE", "HOTKEYS");
        return ((Reply.Items) all.items().get(place)).items();
    }

    @Then("{int} percent of {int} reads of keys that begin {string} were hits")
    public void wereHits(int percent, int reads, String prefix) {
        Reply.Items all = (Reply.Items) world.resp().call("CACHE", "PREFIXES");
        assertThat(all.items())
                .contains(new Reply.Items(List.of(
                        Reply.bulk(prefix), new Reply.Whole(reads), Reply.bulk(percent + ".00"), new Reply.Whole(0))));
    }

    @Then("the key with the most bytes is {string}")
    public void hasMostBytes(String name) {
        Reply.Items nodes = (Reply.Items) world.resp().call("HOTKEYS", "GET");
        List<Reply> fields = ((Reply.Items) nodes.items().get(0)).items();
        Reply.Items byBytes = (Reply.Items) fields.get(fields.indexOf(Reply.bulk("by-net-bytes")) + 1);
        assertThat(byBytes.items()).startsWith(new Reply.Bulk(Bytes.escaped(name)));
        assertThat(fields).containsSequence(Reply.bulk("tracking-active"), new Reply.Whole(0));
    }

    @Then("the reply is between {int} and {int}")
    public void isBetween(int least, int most) {
        assertThat(world.resp().read())
                .isInstanceOfSatisfying(
                        Reply.Whole.class, number -> assertThat(number.value()).isBetween((long) least, (long) most));
    }
}
