package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Bytes;

final class ReplyTest {
    private final FakeStore store = new FakeStore();
    private final ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());

    @AfterEach
    void close() {
        cache.close();
    }

    @Test
    void isNotReadyBeforeTheLoad() {
        assertThat(new Reply(() -> {}, false).isReady()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 100})
    void writesValueInPiecesOfAnySize(int room) {
        store.put(Bytes.utf8("key"), Bytes.everyValue());
        assertThat(written(loaded("key", false), room))
                .isEqualTo(Bytes.utf8("$256\r\n").plus(Bytes.everyValue()).plus(Bytes.utf8("\r\n")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100})
    void writesEmptyValue(int room) {
        store.put("key", "");
        assertThat(written(loaded("key", true), room)).isEqualTo(Bytes.utf8("$0\r\n\r\n"));
    }

    @Test
    void writesAbsentByProtocolVersion() {
        assertThat(written(loaded("absent", false), 3)).isEqualTo(Bytes.utf8("$-1\r\n"));
        assertThat(written(loaded("absent", true), 3)).isEqualTo(Bytes.utf8("_\r\n"));
    }

    @Test
    void writesErrorRepliesVerbatim() {
        Reply reply = new Reply(() -> {}, false);
        reply.failed(BackingStoreException.errorReply("LOADING Redis is loading the dataset in memory"));
        assertThat(written(reply, 10)).isEqualTo(Bytes.utf8("-LOADING Redis is loading the dataset in memory\r\n"));
    }

    @Test
    void writesOtherFailuresAsErr() {
        Reply reply = new Reply(() -> {}, false);
        reply.failed(BackingStoreException.unavailable("Redis is\ngone", null));
        assertThat(written(reply, 10)).isEqualTo(Bytes.utf8("-ERR Redis is gone\r\n"));
    }

    @Test
    void exactRoomIsEnough() {
        store.put("key", "1234567890");
        ByteBuffer exact = ByteBuffer.allocate("$10\r\n1234567890\r\n".length());
        assertThat(loaded("key", false).writeTo(exact)).isTrue();
        assertThat(exact.hasRemaining()).isFalse();
    }

    private Reply loaded(String key, boolean resp3) {
        Reply reply = new Reply(() -> {}, resp3);
        LoadListener withoutFlush = new LoadListener() {
            @Override
            public void loaded(Entry entry, Provenance provenance) {
                reply.loaded(entry, provenance);
            }

            @Override
            public void failed(BackingStoreException cause) {
                reply.failed(cause);
            }
        };
        cache.load(Bytes.utf8(key).toArray(), withoutFlush);
        assertThat(reply.isReady()).isTrue();
        return reply;
    }

    private static Bytes written(Reply reply, int room) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer out = ByteBuffer.allocate(room);
        boolean done = false;
        while (!done) {
            out.clear();
            done = reply.writeTo(out);
            assertThat(done || !out.hasRemaining()).as("fills what there is").isTrue();
            all.write(out.array(), 0, out.position());
        }
        return Bytes.of(all.toByteArray());
    }
}
