package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.cache.PendingWrite;
import redisproxy.fixtures.ClassRedis;
import redisproxy.fixtures.SocketRelay;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;

/** Writing by the servlet in a server that is not the proxy's own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WriterTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private static final int MOST = 1_000;

    private final AtomicLong held = new AtomicLong();
    private SocketRelay relay;
    private RunningHttp http;

    /** Bounds nothing. */
    private final class CountedBodies implements BodyMemory {
        @Override
        public Share share(Runnable giveUp) {
            AtomicLong own = new AtomicLong();
            return new Share() {
                @Override
                public boolean hold(long bytes) {
                    held.addAndGet(bytes - own.getAndSet(bytes));
                    return true;
                }

                @Override
                public void complete() {}

                @Override
                public void end() {
                    held.addAndGet(-own.getAndSet(0));
                }
            };
        }

        @Override
        public long mostOfAll() {
            return Long.MAX_VALUE;
        }
    }

    private static final class NoFence implements PendingWrite {
        @Override
        public void end() {}

        @Override
        public void endInDoubt() {}
    }

    @BeforeEach
    void start() {
        relay = new SocketRelay(REDIS.address());
        http = new RunningHttp(new Writer(
                new WriteRules(command -> true),
                relay,
                keys -> new NoFence(),
                new CountedBodies(),
                MOST,
                Duration.ofMillis(500)));
    }

    @AfterEach
    void stop() {
        http.close();
        relay.close();
    }

    private HttpAnswer put(String target, Bytes body) {
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request("PUT " + target, "Content-Length: " + body.size())
                    .plus(body));
            return connection.read();
        }
    }

    private static Reply inRedis(String key) {
        return REDIS.control().call("GET", key);
    }

    @Test
    void writesAndDeletes() {
        assertThat(put("/k", Bytes.utf8("value")).status()).isEqualTo(201);
        assertThat(inRedis("k")).isEqualTo(new Reply.Bulk(Bytes.utf8("value")));
        assertThat(put("//k", Bytes.utf8("value")).status()).isEqualTo(201);
        assertThat(inRedis("/k")).isEqualTo(new Reply.Bulk(Bytes.utf8("value")));
        assertThat(put("/k", Bytes.utf8("")).status()).isEqualTo(204);
        assertThat(inRedis("k")).isEqualTo(new Reply.Bulk(Bytes.utf8("")));
        assertThat(http.ask("DELETE /k").status()).isEqualTo(204);
        assertThat(http.ask("DELETE /k").status()).isEqualTo(404);
        assertThat(held).hasValue(0);
    }

    @Test
    void boundsBodies() {
        assertThat(put("/k", Bytes.utf8("x".repeat(MOST))).status()).isEqualTo(201);
        assertThat(put("/k", Bytes.utf8("x".repeat(MOST + 1))).status()).isEqualTo(413);
        try (HttpConnection connection = http.connect()) {
            connection.send(HttpConnection.request("PUT /k", "Transfer-Encoding: chunked")
                    .plus(Bytes.utf8("7d0\r\n" + "x".repeat(2_000) + "\r\n")));
            assertThat(connection.read().status()).isEqualTo(413);
        }
        await().untilAsserted(() -> assertThat(held).hasValue(0));
    }

    @Test
    void endsSlowRequests() {
        try (HttpConnection connection = http.connect()) {
            connection.send(
                    HttpConnection.request("PUT /k", "Content-Length: 10").plus(Bytes.utf8("half")));
            await().untilAsserted(() -> assertThat(held.get()).isPositive());
            HttpAnswer answer = connection.read();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.header("connection")).containsExactly("close");
        }
        await().untilAsserted(() -> assertThat(held).hasValue(0));
        assertThat(relay.passed()).isEmpty();
        assertThat(put("/k", Bytes.utf8("v")).status()).isEqualTo(201);
    }

    @Test
    void givesPermitsBack() {
        for (int i = 0; i < 30; i++) {
            try (HttpConnection connection = http.connect()) {
                connection.send(
                        HttpConnection.request("PUT /k", "Content-Length: 10").plus(Bytes.utf8("half")));
                await().untilAsserted(() -> assertThat(held.get()).isPositive());
            }
            await().untilAsserted(() -> assertThat(held).hasValue(0));
        }
        assertThat(put("/k", Bytes.utf8("v")).status()).isEqualTo(201);
    }
}
