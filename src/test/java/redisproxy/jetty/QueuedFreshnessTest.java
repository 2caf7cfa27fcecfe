package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.ManualTicker;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** For how long a value stays fresh is told as of when its response is sent, not as of when its request came. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class QueuedFreshnessTest {
    /** The TTL is ten minutes, of which a moment has passed. */
    private static final int LEFT_SECONDS = 599;

    private static final int LARGE_BYTES = 100_000;

    private final ManualTicker ticker = new ManualTicker();
    private RunningConnector running;
    private HttpConnection connection;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(ticker);
        connection = running.known();
        RunningConnector.get(connection, "/k");
        assertThat(maxAge(RunningConnector.get(connection, "/k"))).isEqualTo(LEFT_SECONDS);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void hitBehindASlowMiss() {
        sendBehindASlowMiss("/k");
        ticker.advance(Duration.ofSeconds(7));
        running.store.release("slow");
        connection.read();
        HttpAnswer hit = connection.read();
        assertThat(maxAge(hit)).isEqualTo(LEFT_SECONDS - 7);
        assertThat(hit.header("cache-status")).containsExactly("redis-proxy; hit; ttl=592");
    }

    @Test
    void largeHitBehindASlowMiss() {
        running.put("large", new byte[LARGE_BYTES]);
        RunningConnector.get(connection, "/large");
        sendBehindASlowMiss("/large");
        ticker.advance(Duration.ofSeconds(7));
        running.store.release("slow");
        connection.read();
        HttpAnswer hit = connection.read();
        assertThat(maxAge(hit)).isEqualTo(LEFT_SECONDS - 7);
        assertThat(hit.body().size()).isEqualTo(LARGE_BYTES);
    }

    @Test
    void missThatIsLoadedBeforeASlowerOne() {
        running.put("m", new byte[1]);
        sendBehindASlowMiss("/m");
        running.store.release("m");
        ticker.advance(Duration.ofSeconds(7));
        running.store.release("slow");
        connection.read();
        HttpAnswer miss = connection.read();
        assertThat(miss.status()).isEqualTo(200);
        assertThat(maxAge(miss)).isEqualTo(LEFT_SECONDS - 7);
    }

    @Test
    void valueThatExpiresMeanwhileIsNotKept() {
        sendBehindASlowMiss("/k");
        ticker.advance(Duration.ofSeconds(LEFT_SECONDS + 1));
        running.store.release("slow");
        connection.read();
        HttpAnswer hit = connection.read();
        assertThat(hit.body()).isEqualTo(Bytes.utf8("value"));
        assertThat(maxAge(hit)).isZero();
    }

    private void sendBehindASlowMiss(String target) {
        running.store.hold();
        connection.send(HttpConnection.request("GET /slow").plus(HttpConnection.request("GET " + target)));
        running.store.awaitHeld(target.equals("/m") ? 2 : 1);
    }

    private static int maxAge(HttpAnswer answer) {
        List<String> control = answer.header("cache-control");
        assertThat(control).hasSize(1).first().asString().startsWith("max-age=");
        return Integer.parseInt(control.get(0).substring("max-age=".length()));
    }
}
