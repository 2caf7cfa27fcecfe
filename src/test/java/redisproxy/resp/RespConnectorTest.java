package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(RunningResp.Transport.class)
final class RespConnectorTest {
    private final RunningResp resp;
    private final FakeStore store;

    RespConnectorTest(RunningResp.Transport transport) {
        this.resp = new RunningResp(transport);
        this.store = resp.store;
    }

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void answersMissThenHit() {
        store.put("Batman", "Superhero");
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            assertThat(client.call("get", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("Batman"));
    }

    @Test
    void carriesEveryByte() {
        Bytes every = Bytes.everyValue();
        store.put(every, every.plus(every));
        try (RespClient client = resp.connect()) {
            assertThat(client.get(every)).isEqualTo(new Reply.Bulk(every.plus(every)));
            assertThat(client.get(every)).isEqualTo(new Reply.Bulk(every.plus(every)));
        }
    }

    @Test
    void tellsEmptyFromAbsent() {
        store.put("empty", "").put("", "empty key");
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "empty")).isEqualTo(Reply.bulk(""));
            assertThat(client.call("GET", "")).isEqualTo(Reply.bulk("empty key"));
            assertThat(client.call("GET", "absent")).isEqualTo(new Reply.Nil("$-1"));
            client.call("HELLO", "3");
            assertThat(client.call("GET", "absent")).isEqualTo(new Reply.Nil("_"));
            assertThat(client.call("GET", "empty")).isEqualTo(Reply.bulk(""));
        }
    }

    @Test
    void sendsLargeValues() {
        int[] sizes = {32_752, 32_753, 32_768, 65_536, 1024 * 1024, 48 * 1024 * 1024};
        for (int size : sizes) {
            store.put(Bytes.utf8("v" + size), Traffic.pattern(size, size));
        }
        try (RespClient client = resp.connect()) {
            for (int size : sizes) {
                Reply expected = new Reply.Bulk(Traffic.pattern(size, size));
                assertThat(client.call("GET", "v" + size).equals(expected))
                        .as("miss of %d bytes", size)
                        .isTrue();
                assertThat(client.call("GET", "v" + size).equals(expected))
                        .as("hit of %d bytes", size)
                        .isTrue();
            }
        }
    }

    @Test
    void takesLargeKeys() {
        Bytes key = Traffic.pattern(7, 3 * 1024 * 1024);
        store.put(key, Bytes.utf8("found"));
        try (RespClient client = resp.connect()) {
            assertThat(client.get(key)).isEqualTo(Reply.bulk("found"));
            assertThat(client.get(key)).isEqualTo(Reply.bulk("found"));
            assertThat(client.call("ECHO", "after")).isEqualTo(Reply.bulk("after"));
        }
    }

    @Test
    void errorsOfTheStoreReachTheClient() {
        String wrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
        store.refuse("list", BackingStoreException.notAString(wrongType))
                .refuse(
                        "down",
                        BackingStoreException.unavailable("Redis at x:1 is unreachable: Connection refused", null));
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "list")).isEqualTo(new Reply.Failure(wrongType));
            assertThat(client.call("GET", "down"))
                    .isEqualTo(new Reply.Failure("ERR Redis at x:1 is unreachable: Connection refused"));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void unknownCommandsKeepTheConnection() {
        try (RespClient client = resp.connect()) {
            assertThat(client.call("SETT", "a", "b"))
                    .isEqualTo(new Reply.Failure("ERR unknown command 'SETT', with args beginning with: 'a' 'b' "));
            assertThat(client.call("Set", "a", "b"))
                    .isEqualTo(
                            new Reply.Failure(
                                    "ERR unknown command 'Set': this is a read-through proxy, write to Redis itself, or have COMMANDS allow it"));
            assertThat(client.call("MULTI")).isInstanceOf(Reply.Failure.class);
            assertThat(client.call("SUBSCRIBE", "news")).isInstanceOf(Reply.Failure.class);
            assertThat(client.call("GET"))
                    .isEqualTo(new Reply.Failure("ERR wrong number of arguments for 'get' command"));
            assertThat(client.call("GET", "a", "b"))
                    .isEqualTo(new Reply.Failure("ERR wrong number of arguments for 'get' command"));
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
        }
    }

    @Test
    void lastCommandIsListed() {
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            assertThat(client.call("GET", "k")).isInstanceOf(Reply.Nil.class);
            assertThat(list(other)).contains("cmd=get ", "cmd=client|list ");
            assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
            assertThat(list(other)).contains("cmd=ping ").doesNotContain("cmd=get ");
        }
    }

    @Test
    void stopAnswersWhatWasAsked() {
        store.put("a", "1").put("b", "2").hold();
        try (RespClient client = resp.connect();
                RespClient idle = resp.connect()) {
            idle.call("PING");
            client.send(Bytes.utf8("GET a\r\nPING\r\nGET b\r\n"));
            store.awaitHeld(2);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(resp::stop);
            assertThat(idle.readToEnd().size()).isZero();
            assertThat(stopping).isNotDone();
            store.release();
            assertThat(client.readToEnd().asUtf8()).isEqualTo("$1\r\n1\r\n+PONG\r\n$1\r\n2\r\n");
            assertThat(stopping).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void stopWaitsForSlowReaderInBounds() {
        store.put(Bytes.utf8("large"), Traffic.pattern(1, 32 * 1024 * 1024));
        try (RespClient client = resp.connect()) {
            client.send(RespClient.encode("GET", "large"));
            client.read(1);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(resp::stop);
            assertThat(stopping)
                    .failsWithin(Address.PATIENCE)
                    .withThrowableThat()
                    .withRootCauseInstanceOf(TimeoutException.class);
            assertThat(resp.address().port()).isNegative();
        }
    }

    @Test
    void stoppedPortRefusesConnections() {
        Address address = resp.address();
        resp.stop();
        assertThat(address.isOpen()).isFalse();
        assertThatThrownBy(() -> RespClient.connect(address)).isInstanceOf(UncheckedIOException.class);
    }

    private static String list(RespClient client) {
        return ((Reply.Bulk) client.call("CLIENT", "LIST")).bytes().asUtf8();
    }

    @Test
    void statsCountConnectionsAndCommands() {
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            client.call("GET", "k");
            other.call("PING");
            assertThat(resp.stats().connections()).isEqualTo(2);
            assertThat(resp.stats().accepted()).isEqualTo(2);
            assertThat(resp.stats().commands()).isEqualTo(2);
            other.send(Bytes.utf8("*x\r\n"));
            other.readToEnd();
            assertThat(resp.stats().protocolErrors()).isOne();
        }
        await().atMost(Address.PATIENCE).until(() -> resp.stats().connections() == 0);
        resp.connect().call("PING");
        resp.stop();
        assertThat(resp.stats().drained()).isOne();
    }
}
