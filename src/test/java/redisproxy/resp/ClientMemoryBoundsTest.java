package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Clients that together fill what may be held for clients: others are served, and nothing is held once they have left. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ClientMemoryBoundsTest {
    private static final int MAX = 1024 * 1024;
    private static final int CLIENTS = 200;

    private final ClientMemory memory = new ClientMemory(MAX);
    private final RunningResp resp = new RunningResp(new RespConfig("127.0.0.1", 0, 2 * CLIENTS), memory);
    private final FakeStore store = resp.store;
    private final List<RespClient> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        clients.forEach(RespClient::close);
        resp.close();
    }

    @Test
    void manyShortIncompleteRequests() {
        for (int i = 0; i < CLIENTS; i++) {
            connect().send(Bytes.utf8("*2\r\n$3\r\nGET\r\n$1"));
        }
        await("clients are closed", () -> memory.closedClients() > 0);
        assertThat(memory.heldBytes()).isLessThanOrEqualTo(MAX);
        assertOthersAreServed();
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void manyLongIncompleteRequests() {
        for (int i = 0; i < CLIENTS / 4; i++) {
            connect().sendUntilRefused(Bytes.utf8("*2\r\n$3\r\nGET\r\n$100000\r\n" + "x".repeat(60_000)));
        }
        await("clients are refused", () -> resp.stats().protocolErrors() > 0);
        assertThat(memory.heldBytes()).isLessThanOrEqualTo(MAX);
        assertOthersAreServed();
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void theTablesOfManyArgumentsCount() {
        RespClient client = connect();
        int arguments = 5_000;
        client.send(Bytes.utf8("*10000\r\n" + "$0\r\n\r\n".repeat(arguments)));
        int tables = 2 * 4 * arguments;
        await("bytes and tables are held", () -> memory.heldBytes() >= 32 * 1024 + tables);
        client.send(Bytes.utf8("$0\r\n\r\n".repeat(arguments)));
        assertThat(client.read()).isInstanceOf(Reply.Failure.class);
        await("nothing is held", () -> memory.heldBytes() == 0);
    }

    @Test
    void manyMissesWithLongKeys() {
        store.put("k", "value");
        RespClient other = connect();
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("value"));
        store.hold();
        int keys = 15;
        int keyBytes = 7_000;
        int clientsWithMisses = 20;
        for (int i = 0; i < clientsWithMisses; i++) {
            RespClient client = connect();
            for (int j = 0; j < keys; j++) {
                client.send(RespClient.encode("GET", i + "." + j + "x".repeat(keyBytes)));
            }
        }
        await("no client may have more than one request wait", memory::isShort);
        assertThat(other.call("GET", "k")).isEqualTo(Reply.bulk("value"));
        assertThat(store.heldCount()).isLessThan(MAX / 2 / keyBytes + 2 * clientsWithMisses);
        store.release();
        for (RespClient client : clients.subList(1, clients.size())) {
            for (int j = 0; j < keys; j++) {
                assertThat(client.read()).isEqualTo(new Reply.Nil("$-1"));
            }
        }
        assertThat(store.asked()).hasSize(1 + keys * clientsWithMisses);
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void theNextRequestIsExecutedOnceTheReplyBeforeItIsReady() {
        memory.beginWait(MAX);
        RespClient client = connect();
        Bytes readOfOneKey = RespClient.encode("EXISTS", "k");
        client.send(readOfOneKey.plus(readOfOneKey).plus(RespClient.encode("PING")));
        assertThat(client.read()).isEqualTo(new Reply.Whole(0));
        assertThat(client.read()).isEqualTo(new Reply.Whole(0));
        assertThat(client.read()).isEqualTo(new Reply.Simple("PONG"));
        memory.endWait(MAX);
    }

    @Test
    void loadsCountUntilTheyEndThoughTheirClientHasLeft() {
        store.hold();
        RespClient client = connect();
        client.send(RespClient.encode("GET", "x".repeat(5_000)));
        store.awaitHeld(1);
        assertThat(connect().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                .isEqualTo(new Reply.Whole(1));
        assertThat(client.readToEnd().size()).isZero();
        assertThat(memory.heldBytes()).isGreaterThan(5_000);
        store.release();
        await("nothing is held", () -> memory.heldBytes() == 0);
    }

    @Test
    void nothingIsHeldOfAReadOfManyKeysWhoseClientHasLeft() {
        store.hold();
        RespClient client = connect();
        String[] words = new String[3 * LoadWindow.KEYS + 1];
        Arrays.setAll(words, i -> "k" + i);
        words[0] = "MGET";
        client.send(RespClient.encode(words));
        store.awaitHeld(LoadWindow.KEYS);
        assertThat(connect().call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                .isEqualTo(new Reply.Whole(1));
        assertThat(memory.heldBytes()).isPositive();
        store.release();
        await("nothing is held", () -> memory.heldBytes() == 0);
    }

    /** A request that arrives in two parts is incomplete meanwhile, as those are that fill the memory. */
    private void assertOthersAreServed() {
        Bytes beginning = Bytes.utf8("*2\r\n$4\r\nECHO\r\n$3000\r\n");
        for (int i = 0; i < 10; i++) {
            RespClient other = connect();
            other.send(beginning);
            assertThat(connect().call("PING")).isEqualTo(new Reply.Simple("PONG"));
            other.send(Bytes.utf8("y".repeat(3_000) + "\r\n"));
            assertThat(other.read()).isEqualTo(Reply.bulk("y".repeat(3_000)));
        }
    }

    private void assertNothingIsHeldAfterTheyHaveLeft() {
        clients.forEach(RespClient::close);
        await("nothing is held", () -> memory.heldBytes() == 0);
    }

    private RespClient connect() {
        RespClient client = resp.connect();
        clients.add(client);
        return client;
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await().alias(what).atMost(Address.PATIENCE).until(condition::getAsBoolean);
    }
}
