package redisproxy.near;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NearCachesTest {
    private static final NearOptions NO_LOOP = new NearOptions(false, false, false, true);
    private static final NearOptions OPT_IN = new NearOptions(false, true, false, false);
    private static final NearOptions OPT_OUT = new NearOptions(false, false, true, false);
    private static final NearOptions BROADCAST = new NearOptions(true, false, false, false);
    private static final long MEBIBYTE = 1 << 20;

    private final List<String> unreported = new ArrayList<>();
    private NearCaches caches = caches(100, MEBIBYTE);

    private NearCaches caches(int maxKeys, long maxBytes) {
        return new NearCaches(maxKeys, maxBytes, key -> !unreported.contains(new String(key, UTF_8)));
    }

    /** A client that notes what it is told. */
    private final class Client implements NearCache.Outlet {
        final List<String> told = new ArrayList<>();
        final NearCache cache = caches.open(this, this);
        String secret = "secret";

        Client(NearOptions options, String... prefixes) {
            List<byte[]> bytes = new ArrayList<>();
            for (String prefix : prefixes) {
                bytes.add(bytes(prefix));
            }
            cache.turnOn(options, bytes);
        }

        void reads(String... keys) {
            for (String key : keys) {
                assertThat(cache.mayKeep()).isTrue();
                assertThat(cache.note(bytes(key))).isTrue();
            }
        }

        @Override
        public void invalidated(byte[] key) {
            told.add(new String(key, UTF_8));
        }

        @Override
        public void allInvalidated() {
            told.add("ALL");
        }

        @Override
        public boolean mayHearOf(byte[] key) {
            return !new String(key, UTF_8).startsWith(secret);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void tellsOnceOfAKeyThatWasRead() {
        Client client = new Client(NearOptions.DEFAULT);
        client.reads("a");
        caches.written(bytes("b"), null);
        caches.written(bytes("a"), null);
        caches.written(bytes("a"), null);
        assertThat(client.told).containsExactly("a");
        assertThat(caches.stats().keys()).isZero();
    }

    @Test
    void tellsEveryReader() {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Client client = new Client(NearOptions.DEFAULT);
            client.reads("a", "a");
            clients.add(client);
        }
        assertThat(caches.stats()).isEqualTo(new NearStats(40, 1, 40, 0, 0, 0, 0));
        caches.written(bytes("a"), null);
        assertThat(clients).allSatisfy(client -> assertThat(client.told).containsExactly("a"));
        assertThat(caches.stats().items()).isZero();
    }

    @Test
    void tellsNobodyWhoIsOffOrGone() {
        Client off = new Client(NearOptions.DEFAULT);
        Client gone = new Client(NearOptions.DEFAULT);
        off.reads("a");
        gone.reads("a");
        off.cache.turnOff();
        gone.cache.close();
        gone.cache.turnOn(NearOptions.DEFAULT, List.of());
        caches.written(bytes("a"), null);
        caches.allWritten();
        assertThat(off.told).isEmpty();
        assertThat(gone.told).isEmpty();
        assertThat(caches.stats().clients()).isZero();
    }

    @Test
    void tellsOfNoKeyThatTheClientMustNotKnow() {
        Client client = new Client(new NearOptions(true, false, false, false));
        caches.written(bytes("secret:1"), null);
        caches.written(bytes("open:1"), null);
        assertThat(client.told).containsExactly("open:1");
    }

    /** A key may be remembered for long, and its readers with it. */
    @Test
    void keepsNothingOfAReaderThatIsGoneInMemory() {
        WeakReference<Client> gone = readAndLeave();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return gone.get() == null;
        });
        assertThat(caches.stats().items()).isOne();
    }

    private WeakReference<Client> readAndLeave() {
        Client client = new Client(NearOptions.DEFAULT);
        client.reads("a");
        client.cache.close();
        return new WeakReference<>(client);
    }

    @Test
    void forgetsReadersThatAreGone() {
        for (int i = 0; i < 1000; i++) {
            Client client = new Client(NearOptions.DEFAULT);
            client.reads("a");
            client.cache.close();
        }
        assertThat(caches.stats().items()).isLessThan(20);
    }

    @Test
    void leavesOutTheWriterOnlyWithNoLoop() {
        Client loop = new Client(NearOptions.DEFAULT);
        Client noLoop = new Client(NO_LOOP);
        loop.reads("a", "b");
        noLoop.reads("a", "b");
        caches.written(bytes("a"), noLoop);
        caches.written(bytes("b"), loop);
        assertThat(loop.told).containsExactly("a", "b");
        assertThat(noLoop.told).containsExactly("b");
    }

    @Test
    void optInKeepsTheNextCommandAlone() {
        Client client = new Client(OPT_IN);
        assertThat(client.cache.mayKeep()).isFalse();
        client.cache.giveCaching();
        assertThat(client.cache.mayKeep()).isTrue();
        client.cache.endCommand();
        assertThat(client.cache.mayKeep()).isFalse();
    }

    @Test
    void optOutKeepsAllButTheNextCommand() {
        Client client = new Client(OPT_OUT);
        assertThat(client.cache.mayKeep()).isTrue();
        client.cache.giveCaching();
        assertThat(client.cache.mayKeep()).isFalse();
        client.cache.endCommand();
        assertThat(client.cache.mayKeep()).isTrue();
    }

    @Test
    void broadcastsKeysWithAPrefixWithoutARead() {
        Client all = new Client(BROADCAST);
        Client some = new Client(BROADCAST, "user:", "order:");
        for (String key : List.of("user:1", "user", "order:", "other", "")) {
            caches.written(bytes(key), null);
        }
        assertThat(all.told).containsExactly("user:1", "user", "order:", "other", "");
        assertThat(some.told).containsExactly("user:1", "order:");
        assertThat(caches.stats().prefixes()).isEqualTo(3);
        some.cache.turnOff();
        all.cache.close();
        assertThat(caches.stats().prefixes()).isZero();
    }

    @Test
    void broadcastRemembersNoReads() {
        Client client = new Client(BROADCAST, "user:");
        client.reads("other");
        assertThat(caches.stats().keys()).isZero();
    }

    @Test
    void refusesPrefixesThatOverlap() {
        Client client = new Client(BROADCAST, "user:");
        assertThat(client.cache.refusal(List.of(bytes("user:1"))))
                .isEqualTo("Prefix 'user:1' overlaps with an existing prefix 'user:'."
                        + " Prefixes for a single client must not overlap.");
        assertThat(client.cache.refusal(List.of(bytes("a"), bytes("b"), bytes("ba"))))
                .isEqualTo("Prefix 'b' overlaps with another provided prefix 'ba'."
                        + " Prefixes for a single client must not overlap.");
        assertThat(client.cache.refusal(List.of(bytes("a"), bytes("b")))).isNull();
    }

    @Test
    void boundsPrefixes() {
        Client client = new Client(BROADCAST, "0");
        List<byte[]> many = new ArrayList<>();
        for (int i = 0; i < NearCache.MAX_PREFIXES; i++) {
            many.add(bytes("%03d".formatted(i + 100)));
        }
        assertThat(client.cache.refusal(many)).contains("257 prefixes");
        assertThat(client.cache.refusal(List.of(new byte[NearCache.MAX_PREFIX_BYTES + 1])))
                .contains("1025 bytes");
    }

    @Test
    void tellsOfTheOldestKeyWhenThereIsNoRoomForANewOne() {
        caches = caches(2, MEBIBYTE);
        Client client = new Client(NearOptions.DEFAULT);
        client.reads("a", "b", "c");
        assertThat(client.told).containsExactly("a");
        assertThat(caches.stats()).isEqualTo(new NearStats(1, 2, 2, 0, 1, 0, 1));
    }

    @Test
    void boundsWhatReadersTake() {
        caches = caches(100, 10_000);
        Client client = new Client(NearOptions.DEFAULT);
        client.reads("x".repeat(4000), "y".repeat(4000), "z".repeat(4000), "q".repeat(10_001));
        assertThat(client.told).hasSize(4);
        assertThat(caches.stats().keys()).isZero();
    }

    @Test
    void spreadsAndBoundsManyKeys() {
        caches = caches(200_000, 1L << 30);
        Client client = new Client(NearOptions.DEFAULT);
        for (int i = 0; i < 300_000; i++) {
            client.reads("key:" + i);
        }
        assertThat(caches.stats().keys()).isBetween(190_000L, 200_000L);
        assertThat(client.told).hasSize((int) (300_000 - caches.stats().keys()));
    }

    @Test
    void tellsAllOfAllAndForgetsTheirReads() {
        Client reader = new Client(NearOptions.DEFAULT);
        Client broadcast = new Client(BROADCAST, "user:");
        reader.reads("a");
        caches.allWritten();
        caches.written(bytes("a"), null);
        assertThat(reader.told).containsExactly("ALL");
        assertThat(broadcast.told).containsExactly("ALL");
    }

    @Test
    void tellsOfKeysThatMatch() {
        Client reader = new Client(NearOptions.DEFAULT);
        Client broadcast = new Client(BROADCAST, "user:");
        reader.reads("a", "b");
        caches.written(key -> key[0] == 'a');
        assertThat(reader.told).containsExactly("a");
        assertThat(broadcast.told).containsExactly("ALL");
        caches.written(bytes("b"), null);
        assertThat(reader.told).containsExactly("a", "b");
    }

    @Test
    void notesNoKeyThatNobodyWouldTellOf() {
        Client client = new Client(NearOptions.DEFAULT);
        unreported.add("a");
        assertThat(client.cache.note(bytes("a"))).isFalse();
        assertThat(caches.stats().keys()).isZero();
    }
}
