package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * Clients keep every value that they get and drop what they are told of, while others write at Redis itself. When nothing is written any
 * more, what they keep is what Redis holds.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NearCacheRaceTest {
    private static final int KEYS = 16;
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 20;
    private static final int WRITES = Integer.getInteger("near.writes", 400);
    private static final String LAST = "last";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private RedisServerProcess redis;

    /** A client with a cache of its own. */
    private static final class Keeper implements AutoCloseable {
        private final RespClient client;
        private final Map<String, Reply> kept = new HashMap<>();
        private final Random random;

        Keeper(RespClient client, String mode, long seed) {
            this.client = client;
            this.random = new Random(seed);
            client.call("HELLO", "3");
            List<String> words = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON"));
            words.addAll(List.of(mode.split(" ")));
            words.remove("");
            assertThat(client.call(words.toArray(String[]::new))).isEqualTo(new Reply.Simple("OK"));
        }

        /** Reads what it does not keep, several keys at a time, until all has been told; then heeds what is left of that. */
        void read(BooleanSupplier isAllTold) {
            while (!isAllTold.getAsBoolean()) {
                List<String> wanted = new ArrayList<>();
                for (int left = random.nextInt(4); left > 0; left--) {
                    String key = "key:" + random.nextInt(KEYS);
                    if (!kept.containsKey(key)) {
                        client.send(RespClient.encode("GET", key));
                        wanted.add(key);
                    }
                }
                client.send(RespClient.encode("PING"));
                wanted.forEach(key -> kept.put(key, reply()));
                assertThat(reply()).isEqualTo(new Reply.Simple("PONG"));
            }
            client.send(RespClient.encode("PING"));
            assertThat(reply()).isEqualTo(new Reply.Simple("PONG"));
        }

        /** Reads a reply, and heeds what is told before it. */
        private Reply reply() {
            Reply next = client.read();
            while (next instanceof Reply.Items told) {
                if (told.items().get(1) instanceof Reply.Items keys) {
                    keys.items()
                            .forEach(key ->
                                    kept.remove(((Reply.Bulk) key).bytes().asUtf8()));
                } else {
                    kept.clear();
                }
                next = client.read();
            }
            return next;
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static void awaitTold(RespClient watcher, String key) {
        Reply told = new Reply.Items(List.of(Reply.bulk("invalidate"), new Reply.Items(List.of(Reply.bulk(key)))));
        while (!watcher.read().equals(told)) {
            // Of an earlier write.
        }
    }

    @BeforeEach
    void start() {
        redis = RedisServerProcess.started();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NOLOOP", "BCAST", "BCAST PREFIX key: PREFIX other", "OPTOUT"})
    void keepWhatRedisHolds(String mode) throws Exception {
        race(mode);
    }

    /** Of no more keys than that it is remembered who has read them. */
    @ParameterizedTest
    @ValueSource(strings = {"--tracking-table-max-keys=5", "--cache-size=3", "--tracking-prefix=key:1,last"})
    void keepWhatRedisHoldsWithLittleRoom(String flag) throws Exception {
        race("", flag.split("="));
    }

    private void race(String mode, String... flags) throws Exception {
        try (CoherentProxy proxy = CoherentProxy.tracking(redis, flags);
                RespClient watcher = proxy.connect();
                RespClient writer = RespClient.connect(redis.address())) {
            watcher.call("HELLO", "3");
            watcher.call("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", LAST);
            List<Keeper> keepers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                keepers.add(new Keeper(proxy.connect(), mode, i));
            }
            Random random = new Random(7);
            for (int round = 0; round < ROUNDS; round++) {
                AtomicBoolean isAllTold = new AtomicBoolean();
                List<Future<?>> reading = new ArrayList<>();
                keepers.forEach(keeper -> reading.add(threads.submit(() -> keeper.read(isAllTold::get))));
                for (int i = 0; i < WRITES; i++) {
                    writer.call("SET", "key:" + random.nextInt(KEYS), round + "." + i);
                }
                // Others have been told of all writes before this client is told of the last one.
                writer.call("SET", LAST + round, "");
                awaitTold(watcher, LAST + round);
                isAllTold.set(true);
                for (Future<?> each : reading) {
                    each.get();
                }
                for (Keeper keeper : keepers) {
                    keeper.kept.forEach(
                            (key, value) -> assertThat(value).as(key).isEqualTo(writer.call("GET", key)));
                }
            }
            keepers.forEach(Keeper::close);
        }
    }
}
