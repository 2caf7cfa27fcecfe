package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.TestUsers;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Where among its replies a client is told of writes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PushOrderTest {
    private static final Reply ALL = items(Reply.bulk("invalidate"), new Reply.Nil("_"));

    private final RunningResp resp = new RunningResp(tracking(), Ticker.system());
    private final FakeStore store = resp.store;
    private final RespClient client = resp.connect();

    private static CacheConfig tracking() {
        TrackingConfig tracking = new TrackingConfig(List.of(), Duration.ofMinutes(10), Duration.ZERO);
        return new CacheConfig(
                10_000, Duration.ofMinutes(10), 10, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
    }

    private static Reply items(Reply... items) {
        return new Reply.Items(List.of(items));
    }

    private static Reply invalidated(String key) {
        return items(Reply.bulk("invalidate"), items(Reply.bulk(key)));
    }

    @BeforeEach
    void track() {
        resp.cache().origin().beginTracking(List.of());
        store.put("a", "1").put("b", "2");
        client.call("HELLO", "3");
        assertThat(client.call("CLIENT", "TRACKING", "ON")).isEqualTo(new Reply.Simple("OK"));
    }

    @AfterEach
    void close() {
        client.close();
        resp.close();
    }

    private void write(String key) {
        resp.cache().invalidate(Bytes.utf8(key).toArray());
    }

    private List<Reply> read(int count) {
        List<Reply> replies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replies.add(client.read());
        }
        return replies;
    }

    @Test
    void tellsOfAValueThatWasRead() {
        assertThat(client.call("GET", "a")).isEqualTo(Reply.bulk("1"));
        write("a");
        assertThat(client.read()).isEqualTo(invalidated("a"));
    }

    @Test
    void tellsOfAKeyThatIsNotCached() {
        client.call("EXISTS", "a");
        assertThat(resp.cache().inspect(Bytes.utf8("a").toArray())).isNull();
        write("a");
        assertThat(client.read()).isEqualTo(invalidated("a"));
    }

    @Test
    void tellsBeforeAndBehindAValueThatIsUnderWay() {
        store.hold();
        client.send(RespClient.encode("GET", "a"));
        store.awaitHeld(1);
        write("a");
        assertThat(client.read()).isEqualTo(invalidated("a"));
        store.release();
        assertThat(read(2)).containsExactly(Reply.bulk("1"), invalidated("a"));
    }

    @Test
    void tellsBehindAllKeysOfOneRequestThatIsUnderWay() {
        store.hold();
        client.send(RespClient.encode("MGET", "a", "b"));
        store.awaitHeld(2);
        write("b");
        write("other");
        assertThat(client.read()).isEqualTo(invalidated("b"));
        store.release();
        assertThat(read(2)).containsExactly(items(Reply.bulk("1"), Reply.bulk("2")), invalidated("b"));
    }

    @Test
    void tellsOfOtherKeysWhileAValueIsAwaited() {
        client.call("GET", "b");
        store.hold();
        client.send(RespClient.encode("GET", "a"));
        store.awaitHeld(1);
        write("b");
        assertThat(client.read()).isEqualTo(invalidated("b"));
        store.release();
        assertThat(client.read()).isEqualTo(Reply.bulk("1"));
    }

    @Test
    void tellsAllBeforeAndBehindAValueThatIsUnderWay() {
        store.hold();
        client.send(RespClient.encode("GET", "a"));
        store.awaitHeld(1);
        resp.cache().invalidateAll();
        assertThat(client.read()).isEqualTo(ALL);
        store.release();
        assertThat(read(2)).containsExactly(Reply.bulk("1"), ALL);
    }

    @Test
    void keepsNothingWhileWritesAreNotReported() {
        client.call("GET", "a");
        resp.cache().origin().begin(Coherence.LOST);
        assertThat(client.read()).isEqualTo(ALL);
        client.send(RespClient.encode("GET", "a"));
        client.send(RespClient.encode("MGET", "a", "b"));
        assertThat(read(5))
                .containsExactly(
                        Reply.bulk("1"),
                        invalidated("a"),
                        items(Reply.bulk("1"), Reply.bulk("2")),
                        invalidated("a"),
                        invalidated("b"));
        resp.cache().origin().beginTracking(List.of());
        assertThat(client.read()).isEqualTo(ALL);
        assertThat(client.call("GET", "a")).isEqualTo(Reply.bulk("1"));
        assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
    }

    @Test
    void tellsAllBehindARequestOfManyKeysWhileWritesAreNotReported() {
        resp.cache().origin().begin(Coherence.LOST);
        assertThat(client.read()).isEqualTo(ALL);
        String[] request = new String[1001];
        request[0] = "MGET";
        for (int i = 1; i < request.length; i++) {
            request[i] = "key:" + i;
        }
        assertThat(((Reply.Items) client.call(request)).items()).hasSize(1000);
        Reply last = client.read();
        while (!last.equals(ALL)) {
            last = client.read();
        }
        assertThat(client.call("PING")).isEqualTo(new Reply.Simple("PONG"));
    }

    @Test
    void keepsNoKeyWithoutATrackedPrefix() {
        resp.cache().origin().beginTracking(List.of("b"));
        assertThat(client.read()).isEqualTo(ALL);
        client.send(RespClient.encode("MGET", "a", "b"));
        assertThat(read(2)).containsExactly(items(Reply.bulk("1"), Reply.bulk("2")), invalidated("a"));
    }

    @Test
    void refusesWhereWritesAreNeverReported() {
        resp.cache().origin().begin(Coherence.TTL);
        try (RespClient late = resp.connect()) {
            late.call("HELLO", "3");
            assertThat(late.call("CLIENT", "TRACKING", "ON").toString()).contains("--coherence tracking");
            assertThat(late.call("CLIENT", "TRACKING", "OFF")).isEqualTo(new Reply.Simple("OK"));
        }
    }

    /** What CLIENT CACHING says holds for the next request, which may be one that is refused before all of it has arrived. */
    @Test
    void whatIsTooLargeEndsWhatCachingSays() {
        String large = "n".repeat(100_000);
        client.call("CLIENT", "TRACKING", "OFF");
        client.call("CLIENT", "TRACKING", "ON", "OPTIN");
        client.send(RespClient.encode("CLIENT", "CACHING", "YES")
                .plus(RespClient.encode("HELLO", "3", "SETNAME", large))
                .plus(RespClient.encode("GET", "a"))
                .plus(RespClient.encode("CLIENT", "CACHING", "YES"))
                .plus(RespClient.encode("CLIENT", "SETNAME", large))
                .plus(RespClient.encode("GET", "b")));
        assertThat(client.read()).isEqualTo(new Reply.Simple("OK"));
        assertThat(client.read().toString()).contains("'hello' command is too long");
        assertThat(client.read()).isEqualTo(Reply.bulk("1"));
        assertThat(client.read()).isEqualTo(new Reply.Simple("OK"));
        assertThat(client.read().toString()).contains("'client|setname' command is too long");
        assertThat(client.read()).isEqualTo(Reply.bulk("2"));
        write("a");
        write("b");
        assertThat(client.read()).isEqualTo(invalidated("b"));
    }

    /** What is told keeps between large replies, which are written in pieces. */
    @Test
    void tellsBetweenLargeReplies() {
        String large = "x".repeat(3_000_000);
        store.put("large", large);
        client.call("CLIENT", "TRACKING", "OFF");
        client.call("CLIENT", "TRACKING", "ON", "BCAST");
        for (int i = 0; i < 20; i++) {
            client.send(RespClient.encode("GET", "large"));
        }
        String key = "k".repeat(200_000);
        for (int i = 0; i < 4; i++) {
            write(key);
        }
        int values = 0;
        int told = 0;
        while (values < 20 || told < 4) {
            Reply next = client.read();
            if (next.equals(Reply.bulk(large))) {
                values++;
            } else {
                assertThat(next).isEqualTo(invalidated(key));
                told++;
            }
        }
    }

    @Test
    void tellsAllInPlaceOfMoreThanAClientTakes() {
        client.call("CLIENT", "TRACKING", "OFF");
        client.call("CLIENT", "TRACKING", "ON", "BCAST");
        String key = "k".repeat(200_000);
        for (int i = 0; i < 200; i++) {
            write(key);
        }
        int told = 0;
        Reply next = client.read();
        while (!next.equals(ALL)) {
            assertThat(next).isEqualTo(invalidated(key));
            told++;
            next = client.read();
        }
        assertThat(told).isLessThan(200);
        assertThat(resp.stats().near().clients()).isOne();
    }

    @Test
    void tellsNobodyOfKeysThatOthersMayRead() {
        resp.authority.replace(TestUsers.of("user bob on >x +@all ~app:*"));
        client.call("AUTH", "bob", "x");
        client.call("CLIENT", "TRACKING", "OFF");
        assertThat(client.call("CLIENT", "TRACKING", "ON", "BCAST")).isEqualTo(new Reply.Simple("OK"));
        write("other:1");
        write("app:1");
        assertThat(client.read()).isEqualTo(invalidated("app:1"));
    }

    @Test
    void forgetsAClientThatHasLeft() {
        client.call("GET", "a");
        client.close();
        await().until(() -> resp.stats().near().clients() == 0);
        write("a");
        assertThat(resp.stats().near().keys()).isZero();
    }

    @Test
    void showsTheClientInItsList() {
        assertThat(text("CLIENT", "INFO")).contains("flags=t ").contains("redir=0 ");
        client.call("CLIENT", "TRACKING", "OFF");
        client.call("CLIENT", "TRACKING", "ON", "BCAST");
        assertThat(text("CLIENT", "INFO")).contains("flags=tB ");
        assertThat(text("INFO", "clients")).contains("tracking_clients:1");
        assertThat(text("INFO", "stats")).contains("tracking_total_prefixes:1");
    }

    private String text(String... words) {
        return ((Reply.Bulk) client.call(words)).bytes().asUtf8();
    }
}
