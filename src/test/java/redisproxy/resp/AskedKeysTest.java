package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;
import redisproxy.upstream.Question;

final class AskedKeysTest {
    private final BackingStoreException gone = BackingStoreException.unavailable("Redis is gone", null);

    private final AtomicLong now = new AtomicLong();
    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache = new ReadThroughCache(
            new CacheConfig(10, Duration.ofSeconds(1), 10, Duration.ZERO, Duration.ofSeconds(60), Duration.ZERO, null),
            store,
            now::get);

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void asksAboutEachMissingKeyAndLoadsNone() {
        store.put("a", "x");
        assertThat(text(exists("a", "b", "a"))).isEqualTo(":2\r\n");
        assertThat(store.questioned()).containsExactly(Bytes.utf8("a"), Bytes.utf8("b"), Bytes.utf8("a"));
        assertThat(store.asked()).isEmpty();
        assertThat(cache.stats().size()).isZero();
        assertThat(cache.stats().misses()).isZero();
    }

    @Test
    void waitsForALoadThatIsUnderWay() {
        store.put("k", "value").hold();
        Reply get = load("k");
        Reply exists = exists("k", "k");
        Reply strlen = strlen("k");
        assertThat(exists.isReady()).isFalse();
        store.release();
        assertThat(text(get)).isEqualTo("$5\r\nvalue\r\n");
        assertThat(text(exists)).isEqualTo(":2\r\n");
        assertThat(text(strlen)).isEqualTo(":5\r\n");
        assertThat(store.questioned()).isEmpty();
        assertThat(store.asked()).hasSize(1);
    }

    /** Whatever the store answers: a client that knows of it must not read an older value next. */
    @Test
    void tellsWhatTheNextReadTells() {
        store.hold();
        Reply strlen = strlen("k");
        Reply get = load("k");
        store.put("k", "old");
        // The load, which is the last of the two.
        store.release("k");
        assertThat(text(get)).isEqualTo("$3\r\nold\r\n");
        store.put("k", "longer");
        store.release("k");
        assertThat(text(strlen)).isEqualTo(":3\r\n");
    }

    @Test
    void waitsForALoadThatBeganMeanwhile() {
        store.hold();
        Reply strlen = strlen("k");
        store.put("k", "longer");
        Reply get = load("k");
        // The question first.
        store.releaseOldest();
        assertThat(strlen.isReady()).isFalse();
        store.put("k", "old");
        store.release();
        assertThat(text(get)).isEqualTo("$3\r\nold\r\n");
        assertThat(text(strlen)).isEqualTo(":3\r\n");
    }

    @ParameterizedTest
    @CsvSource({"EXISTS, :1", "STRLEN, :5"})
    void expiredValueStandsInForAnError(Question.About about, String reply) {
        store.put("k", "value");
        assertThat(text(load("k"))).isEqualTo("$5\r\nvalue\r\n");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        store.refuse("k", gone);
        assertThat(text(ask(about, "k"))).isEqualTo(reply + "\r\n");
        assertThat(cache.stats().staleServed()).isOne();
        now.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(text(ask(about, "k"))).isEqualTo("-ERR Redis is gone\r\n");
    }

    @ParameterizedTest
    @CsvSource({"EXISTS", "STRLEN"})
    void errorsReachTheClient(Question.About about) {
        store.refuse("gone", gone);
        store.refuse("refused", BackingStoreException.errorReply("NOPERM no permissions"));
        assertThat(text(ask(about, "gone"))).isEqualTo("-ERR Redis is gone\r\n");
        assertThat(text(ask(about, "refused"))).isEqualTo("-NOPERM no permissions\r\n");
    }

    /** What the store knows for sure is not hidden by an expired value. */
    @Test
    void otherTypeIsToldInsteadOfAnExpiredValue() {
        store.put("k", "value");
        assertThat(text(load("k"))).isEqualTo("$5\r\nvalue\r\n");
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        store.refuse("k", BackingStoreException.notAString("WRONGTYPE a list"));
        assertThat(text(strlen("k"))).isEqualTo("-WRONGTYPE a list\r\n");
        assertThat(text(exists("k"))).isEqualTo(":1\r\n");
    }

    private Reply exists(String... keys) {
        return ask(Question.About.EXISTS, keys);
    }

    private Reply strlen(String key) {
        return ask(Question.About.STRLEN, key);
    }

    private Reply ask(Question.About about, String... keys) {
        String[] words = new String[keys.length + 1];
        words[0] = about.name();
        System.arraycopy(keys, 0, words, 1, keys.length);
        Reply reply = new Reply(() -> {}, false);
        AskedKeys asked = new AskedKeys(cache, store, about);
        ExistingKeys existing = new ExistingKeys(asked);
        ValueLength length = new ValueLength(asked);
        boolean counts = about == Question.About.EXISTS;
        KeyReads reads = new KeyReads(
                cache,
                new LoadWindow(),
                counts ? existing : length,
                words.length,
                reply,
                counts ? existing : length,
                null);
        assertThat(reads.goOn(ExecutedCommands.request(words))).isEqualTo(Continuation.Progress.DONE);
        return reply;
    }

    private Reply load(String key) {
        Reply reply = new Reply(() -> {}, false);
        cache.load(Bytes.utf8(key).toArray(), reply);
        return reply;
    }

    private static String text(Reply reply) {
        assertThat(reply.isReady()).isTrue();
        ByteBuffer written = ByteBuffer.allocate(1_000);
        assertThat(reply.writeTo(written)).isTrue();
        return new String(written.array(), 0, written.position(), StandardCharsets.ISO_8859_1);
    }
}
