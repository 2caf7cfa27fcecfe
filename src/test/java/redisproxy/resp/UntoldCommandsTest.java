package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Commands that Redis has not told of: misspelt ones, and those that it has got since. */
final class UntoldCommandsTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final Reply OK = new Reply.Simple("OK");
    private static final Reply QUEUED = new Reply.Simple("QUEUED");

    private final PassingPort port = new PassingPort(REDIS.address(), "all");
    private final RespClient client = port.connect();
    private final RespClient other = port.connect();

    @BeforeEach
    void cacheAKey() {
        assertThat(client.call("SET", "k", "1")).isEqualTo(OK);
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
        assertThat(port.cache.stats().size()).isOne();
    }

    @AfterEach
    void close() {
        client.close();
        other.close();
        port.close();
    }

    private static Reply direct(String... words) {
        try (RespClient redis = RespClient.connect(REDIS.address())) {
            return redis.call(words);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GETT k",
                "NOSUCH",
                "XGROUP NOSUCH other",
                "SCRIPT NOSUCH",
                "OBJECT NOSUCH other",
                "FUNCTION nosuch"
            })
    void whatIsMisspeltDropsNothing(String request) {
        String[] words = request.split(" ", -1);
        Reply expected = direct(words);
        assertThat(expected.toString()).containsIgnoringCase("ERR unknown");
        for (int i = 0; i < 3; i++) {
            assertThat(client.call(words)).isEqualTo(expected);
        }
        assertThat(port.cache.stats().size()).isOne();
        assertThat(port.cache.stats().pendingWrites()).isZero();
        assertThat(port.relay.readings()).isZero();
    }

    @Test
    void nothingIsDroppedInATransactionEither() {
        assertThat(client.call("MULTI")).isEqualTo(OK);
        assertThat(client.call("NOSUCH").toString()).containsIgnoringCase("ERR unknown command");
        assertThat(client.call("EXEC").toString()).contains("EXECABORT");
        assertThat(client.call("WATCH", "w")).isEqualTo(OK);
        assertThat(client.call("NOSUCH").toString()).containsIgnoringCase("ERR unknown command");
        assertThat(client.call("UNWATCH")).isEqualTo(OK);
        assertThat(port.cache.stats().size()).isOne();
    }

    @Test
    void whatExistsAllTheSameDropsEverythingBeforeItsReply() {
        port.relay.hide("incr");
        assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(2));
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("2"));
        assertThat(port.relay.readings()).isOne();
        // From now on it is a write to any key from its beginning.
        port.relay.hold();
        client.send(RespClient.encode("INCR", "k"));
        await().until(() -> port.relay.held() == 1);
        assertThat(port.cache.stats().size()).isZero();
        assertThat(port.cache.stats().pendingWrites()).isOne();
        port.relay.release();
        assertThat(client.read()).isEqualTo(new Reply.Whole(3));
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("3"));
        assertThat(port.relay.readings()).isEqualTo(2);
    }

    @Test
    void anErrorOfACommandThatExistsCountsAsAWrite() {
        port.relay.hide("incr");
        assertThat(client.call("INCR").toString()).contains("wrong number of arguments");
        assertThat(port.cache.stats().size()).isZero();
    }

    @Test
    void aLoadFromBeforeTheReplyIsNotStored() {
        port.relay.hide("incr");
        port.relay.hold();
        client.send(RespClient.encode("INCR", "k"));
        await().until(() -> port.relay.held() == 1);
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
        assertThat(other.call("GET", "none")).isInstanceOf(Reply.Nil.class);
        port.relay.release();
        assertThat(client.read()).isEqualTo(new Reply.Whole(2));
        assertThat(port.cache.stats().size()).isZero();
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("2"));
    }

    @Test
    void whatExistsAllTheSameIsExecutedInTransactions() {
        port.relay.hide("incr");
        assertThat(client.call("MULTI")).isEqualTo(OK);
        assertThat(client.call("INCR", "k")).isEqualTo(QUEUED);
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("1"));
        assertThat(client.call("EXEC").toString()).contains("2");
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("2"));
        assertThat(client.call("WATCH", "w")).isEqualTo(OK);
        assertThat(client.call("INCR", "k")).isEqualTo(new Reply.Whole(3));
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("3"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatHasNoReplyMayHaveWritten(boolean isInDoubt) {
        port.relay.hold();
        client.send(RespClient.encode("NOSUCH"));
        await().until(() -> port.relay.held() == 1);
        port.relay.failHeld(isInDoubt);
        assertThat(client.read()).isInstanceOf(Reply.Failure.class);
        assertThat(port.cache.stats().size()).isEqualTo(isInDoubt ? 0 : 1);
        assertThat(port.cache.stats().pendingWrites()).isEqualTo(isInDoubt ? 1 : 0);
    }

    @Test
    void theNamesThatAreKeptAreBounded() {
        for (int i = 0; i < 300; i++) {
            port.relay.hide("none");
            assertThat(client.call("NOSUCH" + i).toString()).contains("ERR unknown command");
        }
        assertThat(port.cache.stats().size()).isOne();
    }
}
