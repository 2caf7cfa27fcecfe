package redisproxy.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.cucumber.java.ParameterType;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;

/** Keys and values that are not text. */
public final class ByteSteps {
    private final World world;
    private final ReadingSteps reading;
    private final Map<Bytes, Bytes> values = new LinkedHashMap<>();
    private Bytes large = Bytes.of();

    public ByteSteps(World world, ReadingSteps reading) {
        this.world = world;
        this.reading = reading;
    }

    /** The part of a request that holds the key. */
    public enum Way {
        PATH,
        QUERY,
        COMMAND
    }

    @ParameterType("the HTTP path|the HTTP query|RESP")
    public Way way(String name) {
        return switch (name) {
            case "the HTTP path" -> Way.PATH;
            case "the HTTP query" -> Way.QUERY;
            default -> Way.COMMAND;
        };
    }

    @Given("Redis holds a different value for a key with each byte value")
    public void keyWithEachByte() {
        for (byte each : Bytes.everyValue().toArray()) {
            Bytes key = world.key("with ").plus(Bytes.of(each));
            values.put(key, Bytes.utf8("value of ").plus(Bytes.of(each)));
            values.put(
                    key.plus(Bytes.utf8(" within")),
                    Bytes.utf8("other value of ").plus(Bytes.of(each)));
        }
        world.redis().setAll(values);
    }

    @Then("each of these keys is answered with its own value, read in {way}")
    public void eachKeyGetsItsValue(Way way) {
        HttpConnection http = world.connectHttp();
        values.forEach((key, value) ->
                assertThat(ask(way, http, key)).as(key.toString()).isEqualTo(new Answer.Value(value)));
    }

    private Answer ask(Way way, HttpConnection http, Bytes key) {
        return switch (way) {
            case PATH -> askIn("/", http, key);
            case QUERY -> askIn("/query?key=", http, key);
            case COMMAND -> Answer.of(world.resp().get(key));
        };
    }

    private static Answer askIn(String target, HttpConnection http, Bytes key) {
        http.send(HttpConnection.request("GET " + target + key.percentEncoded()));
        return Answer.of(http.read());
    }

    @Given("Redis holds all 256 byte values for {string}")
    public void everyByte(String key) {
        world.redis().set(world.key(key), Bytes.everyValue());
    }

    @Then("the answer is all 256 byte values")
    public void answerIsEveryByte() {
        reading.assertAnswer(Bytes.everyValue());
    }

    @Given("Redis holds {int} bytes for {string}")
    public void manyBytes(int size, String key) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        large = Bytes.of(bytes);
        world.redis().set(world.key(key), large);
    }

    @Then("the answer is these bytes")
    public void answerIsTheseBytes() {
        reading.assertAnswer(large);
    }
}
