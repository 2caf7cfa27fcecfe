package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ManualTicker;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PreconditionsTest {
    private final ManualTicker ticker = new ManualTicker();
    private final RunningHttp http =
            new RunningHttp(1_000, new CacheConfig(100, Duration.ofSeconds(60)), /* maxAge= */ null, ticker);
    private String tag;

    @BeforeEach
    void readTag() {
        http.store.put("k", "value").put(Bytes.utf8("large"), Bytes.of(new byte[1_000_000]));
        tag = http.get("/k").header("etag").get(0);
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", "W/TAG", "*", "\"x\", TAG", "W/\"x\",TAG , \"y\""})
    void knownValueIsNotSentAgain(String tags) {
        ticker.advance(Duration.ofSeconds(5));
        for (String method : new String[] {"GET", "HEAD"}) {
            HttpAnswer answer = http.ask(method + " /k", ifNoneMatch(tags));
            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.header("etag")).containsExactly(tag);
            assertThat(answer.header("cache-control")).containsExactly("max-age=54");
            assertThat(answer.header("cache-status")).containsExactly("redis-proxy; hit; ttl=54");
            assertThat(answer.header("date")).hasSize(1);
            // RFC 9110, section 8.6: the length of the value, or no such header.
            assertThat(answer.header("content-length")).containsExactly("5");
            assertThat(answer.headers()).doesNotContainKeys("content-type", "transfer-encoding");
        }
    }

    @Test
    void knownValueIsNotSentAgainAfterALoad() {
        ticker.advance(Duration.ofSeconds(60));
        HttpAnswer answer = http.ask("GET /k", ifNoneMatch("TAG"));
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("cache-status")).containsExactly("redis-proxy; fwd=stale; stored");
    }

    /** nginx takes a 304 with max-age=0 for leave to keep its copy for as long as before. */
    @Test
    void knownValueIsSentAgainInItsLastSecond() {
        ticker.advance(Duration.ofMillis(58_999));
        HttpAnswer before = http.ask("GET /k", ifNoneMatch("TAG"));
        assertThat(before.status()).isEqualTo(304);
        assertThat(before.header("cache-control")).containsExactly("max-age=1");
        for (int i = 0; i < 2; i++) {
            ticker.advance(Duration.ofMillis(2 + i * 990));
            HttpAnswer last = http.ask("GET /k", ifNoneMatch("TAG"));
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.body()).isEqualTo(Bytes.utf8("value"));
            assertThat(last.header("cache-control")).containsExactly("max-age=0");
            assertThat(http.ask("HEAD /k", ifNoneMatch("TAG")).status()).isEqualTo(200);
        }
    }

    @Test
    void knownValueIsSentAgainWhenItHasExpired() {
        ticker.advance(Duration.ofSeconds(61));
        HttpAnswer stale = http.ask("GET /k", ifNoneMatch("TAG"), "Cache-Control: max-stale");
        assertThat(stale.status()).isEqualTo(200);
        assertThat(stale.header("cache-control")).containsExactly("max-age=0");
        http.store.refuse("k", BackingStoreException.unavailable("no answer", null));
        HttpAnswer instead = http.ask("GET /k", ifNoneMatch("TAG"), "Cache-Control: stale-if-error=9");
        assertThat(instead.status()).isEqualTo(200);
        assertThat(instead.header("cache-control")).containsExactly("max-age=0");
    }

    /** What was read just now may be kept for as long as before. */
    @Test
    void knownValueIsNotSentAgainAfterALoadThatIsNotCached() {
        HttpAnswer answer = http.ask("GET /k", ifNoneMatch("TAG"), "Cache-Control: no-cache, no-store");
        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.header("cache-control")).containsExactly("no-cache");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "\"\"", "nonsense", "\"x\", *"})
    void otherValueIsSent(String tags) {
        HttpAnswer answer = http.ask("GET /k", ifNoneMatch(tags));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(Bytes.utf8("value"));
    }

    @Test
    void severalLinesAreOneList() {
        assertThat(http.ask("GET /k", ifNoneMatch("\"x\""), ifNoneMatch("TAG")).status())
                .isEqualTo(304);
    }

    @Test
    void connectionGoesOnAfterA304() {
        try (HttpConnection connection = http.connect()) {
            for (String target : new String[] {"/k", "/large", "/k"}) {
                String etag = http.get(target).header("etag").get(0);
                for (String method : new String[] {"GET ", "HEAD "}) {
                    connection.send(HttpConnection.request(method + target, "If-None-Match: " + etag));
                    assertThat(connection.read().status()).isEqualTo(304);
                }
                connection.send(HttpConnection.request("GET " + target, "If-None-Match: \"x\""));
                assertThat(connection.read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void absentKeyIs404Anyway() {
        assertThat(http.ask("GET /absent", ifNoneMatch("*")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TAG", "*", "\"x\", TAG"})
    void valueThatMatchesIsSent(String tags) {
        assertThat(http.ask("GET /k", ifMatch(tags)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/TAG", "\"x\"", "nonsense"})
    void valueThatDoesNotMatchIsRefused(String tags) {
        HttpAnswer answer = http.ask("GET /k", ifMatch(tags));
        assertThat(answer.status()).isEqualTo(412);
        assertThat(answer.header("cache-control")).containsExactly("no-store");
        assertThat(answer.body().asUtf8().lines()).hasSize(1);
        assertThat(http.ask("HEAD /k", ifMatch(tags)).status()).isEqualTo(412);
    }

    @Test
    void absentKeyMatchesNothing() {
        assertThat(http.ask("GET /absent", ifMatch("*")).status()).isEqualTo(412);
    }

    @Test
    void ifMatchCountsFirst() {
        assertThat(http.ask("GET /k", ifMatch("\"x\""), ifNoneMatch("TAG")).status())
                .isEqualTo(412);
        assertThat(http.ask("GET /k", ifMatch("TAG"), ifNoneMatch("TAG")).status())
                .isEqualTo(304);
    }

    @Test
    void errorsHaveNoConditions() {
        http.store.refuse("down", BackingStoreException.unavailable("no answer", null));
        assertThat(http.ask("GET /down", ifMatch("\"x\"")).status()).isEqualTo(503);
        assertThat(http.ask("GET /down", ifNoneMatch("*")).status()).isEqualTo(503);
        assertThat(http.ask("GET /", ifNoneMatch("*")).status()).isEqualTo(200);
    }

    private String ifNoneMatch(String tags) {
        return "If-None-Match: " + tags.replace("TAG", tag);
    }

    private String ifMatch(String tags) {
        return "If-Match: " + tags.replace("TAG", tag);
    }
}
