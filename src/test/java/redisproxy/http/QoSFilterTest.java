package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.SlowReader;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class QoSFilterTest {
    /** More than the server has threads. */
    private static final int LIMIT = 12;

    private static final int LARGE_BYTES = 16 * 1024 * 1024;

    private final RunningHttp http = new RunningHttp(LIMIT);
    private final FakeStore store = http.store;
    private final List<HttpConnection> connections = new ArrayList<>();

    @AfterEach
    void stop() {
        connections.forEach(HttpConnection::close);
        http.close();
    }

    @Test
    void servesAllWithinTheLimitTogether() {
        List<HttpConnection> waiting = occupyAll();
        for (int i = 0; i < LIMIT; i++) {
            store.release("slow" + i);
            assertThat(waiting.get(i).read().status()).isEqualTo(200);
        }
    }

    @Test
    void refusesExactlyTheExcess() {
        List<HttpConnection> waiting = occupyAll();
        for (int i = 0; i < 20; i++) {
            assertRefused(http.get("/cached"));
        }
        store.release();
        for (HttpConnection connection : waiting) {
            assertThat(connection.read().status()).isEqualTo(200);
        }
        awaitServed();
    }

    /** A client that has read a response may send its next request at once, on any connection. */
    @Test
    void admitsOneAfterTheOther() {
        byte[] large = new byte[100_000];
        try (RunningHttp narrow = new RunningHttp(1)) {
            narrow.store.put(Bytes.utf8("small"), Bytes.of(new byte[10])).put(Bytes.utf8("large"), Bytes.of(large));
            HttpConnection[] inTurn = {narrow.connect(), narrow.connect()};
            for (int i = 0; i < 600; i++) {
                String target = i % 3 == 0 ? "/small" : i % 3 == 1 ? "/large" : "/absent" + i;
                inTurn[i % 2].send(HttpConnection.request("GET " + target));
                assertThat(inTurn[i % 2].read().status())
                        .as("%d: %s", i, target)
                        .isIn(200, 404);
            }
            inTurn[0].close();
            inTurn[1].close();
        }
    }

    @Test
    void refusesHeadWithoutBody() {
        occupyAll();
        HttpConnection connection = connect();
        connection.send(HttpConnection.request("HEAD /cached"));
        HttpAnswer answer = connection.readWithoutBody();
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(connection.hasInput()).isFalse();
    }

    @Test
    void refusalKeepsTheConnection() {
        occupyAll();
        HttpConnection connection = connect();
        connection.send(HttpConnection.request("GET /cached"));
        assertRefused(connection.read());
        store.release();
        await().atMost(Address.PATIENCE).until(() -> {
            connection.send(HttpConnection.request("GET /cached"));
            return connection.read().status() == 200;
        });
    }

    @Test
    void eachPermitComesBackOnce() {
        for (int round = 0; round < 5; round++) {
            List<HttpConnection> waiting = occupyAll();
            assertRefused(http.get("/cached"));
            store.release();
            waiting.forEach(connection -> assertThat(connection.read().status()).isEqualTo(200));
            awaitServed();
        }
    }

    @Test
    void synchronousAnswersGivePermitsBack() {
        store.put("cached", "c");
        for (String target : List.of("/cached", "/", "/query?key=", "/a%2", "/absent")) {
            for (int i = 0; i < LIMIT * 2; i++) {
                assertThat(http.get(target).status()).as(target).isNotEqualTo(503);
            }
        }
    }

    @Test
    void slowReadersHoldTheirPermits() {
        List<SlowReader> readers = readSlowly();
        try {
            assertRefused(http.get("/cached"));
            assertThat(readers.get(0).drain()).isGreaterThan(LARGE_BYTES);
            awaitServed();
        } finally {
            readers.forEach(SlowReader::close);
        }
    }

    @Test
    void readersThatLeaveGivePermitsBack() {
        List<SlowReader> readers = readSlowly();
        assertRefused(http.get("/cached"));
        readers.forEach(SlowReader::close);
        awaitServed();
        assertAllPermitsAreBack();
    }

    @Test
    void waitingClientsThatLeaveGivePermitsBack() {
        List<HttpConnection> waiting = occupyAll();
        waiting.forEach(HttpConnection::close);
        connections.clear();
        store.release();
        awaitServed();
        assertAllPermitsAreBack();
    }

    /** Sends as many requests as are allowed, all of which wait for a load. */
    private List<HttpConnection> occupyAll() {
        store.put("cached", "c");
        assertThat(http.get("/cached").status()).isEqualTo(200);
        await().atMost(Address.PATIENCE).until(() -> store.heldCount() == 0);
        store.hold();
        int round = store.asked().size();
        List<HttpConnection> waiting = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            String key = round == 1 ? "slow" + i : "slow" + i + "." + round;
            store.put(key, "1");
            HttpConnection connection = connect();
            connection.send(HttpConnection.request("GET /" + key));
            waiting.add(connection);
        }
        store.awaitHeld(LIMIT);
        return waiting;
    }

    /** Has as many clients as are allowed read a large value slowly. */
    private List<SlowReader> readSlowly() {
        store.put(Bytes.utf8("large"), Bytes.of(new byte[LARGE_BYTES])).put("cached", "c");
        List<SlowReader> readers = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            readers.add(new SlowReader(http.address(), HttpConnection.request("GET /large", "Connection: close")));
        }
        return readers;
    }

    private void assertAllPermitsAreBack() {
        // The response that was written last gives its permit back last.
        List<HttpConnection> waiting = occupyAll();
        store.release();
        waiting.forEach(connection -> assertThat(connection.read().status()).isEqualTo(200));
    }

    private void awaitServed() {
        await().atMost(Address.PATIENCE).until(() -> http.get("/cached").status() == 200);
    }

    private static void assertRefused(HttpAnswer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("retry-after")).containsExactly("1");
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(answer.body().asUtf8()).isEqualTo("12 requests are in process, the most allowed\n");
    }

    private HttpConnection connect() {
        HttpConnection connection = http.connect();
        connections.add(connection);
        return connection;
    }
}
