package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Polling;

/** Clients that together fill what may be held for clients with heads: others are served, and nothing is held afterwards. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HeadMemoryTest {
    private static final int MAX = 1024 * 1024;
    private static final int CLIENTS = 150;

    /** What a head counts of which 6,000 bytes have been read. */
    private static final long HEAD_BYTES = 12_000;

    private static final String BEGINNING = "GET /k HTTP/1.1\r\nHost: proxy\r\nX-Long: ";

    private final ClientMemory memory = new ClientMemory(MAX);
    private final List<HttpConnection> clients = new ArrayList<>();
    private RunningConnector running;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(new Teapot(), memory);
    }

    @AfterEach
    void stop() {
        clients.forEach(HttpConnection::close);
        running.close();
    }

    @Test
    void longIncompleteHeadsAreRefused() {
        int refused = 0;
        for (int i = 0; i < 30; i++) {
            HttpConnection client = connect();
            client.sendUntilRefused(Bytes.utf8(BEGINNING + "x".repeat(50_000)));
            long before = memory.heldBytes();
            await(
                    "the head has arrived, or is refused",
                    () -> memory.heldBytes() >= 100_000L * clients.size() || client.hasInput());
            if (client.hasInput()) {
                HttpAnswer answer = client.read();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("connection")).containsExactly("close");
                assertThat(answer.header("retry-after")).containsExactly("1");
                assertThat(answer.body().asUtf8())
                        .isEqualTo("the requests of all clients together may take 1048576 bytes\n");
                assertThat(memory.heldBytes()).isLessThanOrEqualTo(before);
                clients.remove(client);
                client.close();
                refused++;
            }
        }
        assertThat(clients).hasSizeBetween(5, 10);
        assertThat(refused).isPositive();
        assertOthersAreServed();
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void manyIncompleteHeadsAreClosedTheOldestFirst() {
        for (int i = 0; i < CLIENTS; i++) {
            HttpConnection client = connect();
            client.sendUntilRefused(Bytes.utf8(BEGINNING + "x".repeat(6_000)));
            int arrived = i + 1;
            // Those that are closed are the oldest, and count no longer.
            await(
                    "the head has arrived",
                    () -> memory.heldBytes() + HEAD_BYTES * memory.closedClients() >= HEAD_BYTES * arrived);
        }
        await("clients are closed", () -> memory.closedClients() > 0);
        assertThat(clients.get(0).readToEnd().size()).isZero();
        assertThat(memory.heldBytes()).isLessThanOrEqualTo(MAX);
        assertThat(clients.get(CLIENTS - 1).hasInput()).isFalse();
        assertOthersAreServed();
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void whatTheParserKeepsOfALongHeadCountsWhileItsConnectionIsIdle() {
        for (int i = 0; i < CLIENTS; i++) {
            HttpConnection client = connect();
            client.send(Bytes.utf8(BEGINNING + "x".repeat(6_000) + "\r\n\r\n"));
            assertThat(client.read().status()).isEqualTo(Teapot.STATUS);
        }
        await("idle clients are closed", () -> memory.closedClients() > 0);
        assertThat(clients.get(0).readToEnd().size()).isZero();
        assertOthersAreServed();
        assertNothingIsHeldAfterTheyHaveLeft();
    }

    @Test
    void aLongHeadBeyondTheMemoryIsRefused() throws Exception {
        running.close();
        running = RunningConnector.start(new Teapot(), new ClientMemory(40_000));
        for (int i = 0; i < 2; i++) {
            HttpConnection client = connect();
            // Short enough to be read at once.
            client.send(Bytes.utf8(BEGINNING + "x".repeat(5_000) + "\r\n\r\n"));
            assertThat(client.read().status()).isEqualTo(Teapot.STATUS);
            client.send(Bytes.utf8(BEGINNING + "x".repeat(15_000) + "\r\n\r\n"));
            HttpAnswer refused = client.read();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("connection")).containsExactly("close");
            assertThat(client.readToEnd().size()).isZero();
            assertThat(running.answers.stats().refusedRequests()).isEqualTo(i + 1);
        }
    }

    @Test
    void ordinaryRequestsTakeNothing() {
        HttpConnection client = connect();
        for (int i = 0; i < 3; i++) {
            assertThat(RunningConnector.get(client, "/k").status()).isIn(200, Teapot.STATUS);
        }
        client.send(Bytes.utf8("GET /k HTTP/1.1\r\nHos"));
        assertThat(memory.heldBytes()).isZero();
        client.send(Bytes.utf8("t: proxy\r\n\r\n"));
        assertThat(client.read().status()).isEqualTo(200);
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void headersAreCounted() {
        HttpConnection client = connect();
        client.send(HttpConnection.request("GET /k", fields(199)));
        assertThat(client.read().status()).isEqualTo(Teapot.STATUS);
        client.send(HttpConnection.request("GET /k", fields(200)));
        assertThat(client.read().status()).isEqualTo(431);
    }

    private static String[] fields(int count) {
        return IntStream.range(0, count).mapToObj(i -> "x" + i + ": y").toArray(String[]::new);
    }

    private void assertOthersAreServed() {
        for (int i = 0; i < 10; i++) {
            HttpConnection other = connect();
            // Each another one: a head that has been learned is answered with 200 when it arrives in one piece.
            other.send(Bytes.utf8(BEGINNING + "y".repeat(3_000) + i));
            assertThat(RunningConnector.get(connect(), "/k").status()).isIn(200, Teapot.STATUS);
            other.send(Bytes.utf8("\r\n\r\n"));
            assertThat(other.read().status()).isEqualTo(Teapot.STATUS);
        }
    }

    private void assertNothingIsHeldAfterTheyHaveLeft() {
        clients.forEach(HttpConnection::close);
        await("nothing is held", () -> memory.heldBytes() == 0);
    }

    private HttpConnection connect() {
        HttpConnection client = HttpConnection.connect(running.address());
        clients.add(client);
        return client;
    }

    private static void await(String what, BooleanSupplier condition) {
        Polling.atMost(Address.PATIENCE).alias(what).until(condition::getAsBoolean);
    }
}
