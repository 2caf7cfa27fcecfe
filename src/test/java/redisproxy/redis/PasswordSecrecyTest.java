package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.exceptions.JedisDataException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.cache.TrackingConfig;
import redisproxy.measure.EventLog;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisServerProcess;

/** A real server that does not know HELLO or AUTH quotes the password. No error, state or line of the log does. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PasswordSecrecyTest {
    private static final String PASSWORD = "topsecret";
    private static final String NO_HELLO = "rename-command HELLO \"\"";
    private static final String NO_AUTH = "rename-command AUTH \"\"";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "standalone, app, false",
        "standalone, , false",
        "standalone, app, true",
        "standalone, , true",
        "auto, app, false",
        "auto, , false",
        "auto, app, true",
        "cluster, app, false",
        "cluster, , false",
        "sentinel, app, false",
        "sentinel, , false",
    })
    void neitherCommandIsKnown(String topology, String user, boolean isTracking) throws IOException {
        assertSecret(topology, user, isTracking, NO_HELLO, NO_AUTH);
    }

    @ParameterizedTest
    @CsvSource({"standalone, app, true", "standalone, , true", "sentinel, app, false", "sentinel, , false"})
    void helloIsNotKnown(String topology, String user, boolean isTracking) throws IOException {
        assertSecret(topology, user, isTracking, NO_HELLO);
    }

    @Test
    void controlConnectionThrowsNoPassword() throws IOException {
        try (RedisServerProcess server = start(NO_HELLO, NO_AUTH)) {
            NodeConfig config = StoreFixture.node(server.address(), credentials("app"), 0, 1, Address.PATIENCE);
            ControlConnection connection = new ControlConnection(config, ControlConnection.LONGEST_WAIT);
            try {
                connection.open();
                throw new AssertionError("the server took the credentials");
            } catch (JedisDataException e) {
                assertThat(e).hasMessageStartingWith("ERR unknown command").hasNoCause();
                assertThat(e.getMessage()).doesNotContain(PASSWORD);
            } finally {
                connection.abort();
            }
        }
    }

    private void assertSecret(String topology, String user, boolean isTracking, String... lines) throws IOException {
        try (RedisServerProcess server = start(lines);
                Lines log = new Lines()) {
            TrackingConfig tracking =
                    isTracking ? new TrackingConfig(List.of(), Duration.ofMillis(250), Duration.ZERO) : null;
            NodeAddress at =
                    new NodeAddress(server.address().host(), server.address().port());
            RedisConfig config = new RedisConfig(
                    topology(topology, at, user),
                    credentials(user),
                    null,
                    0,
                    2,
                    Duration.ofSeconds(2),
                    ReadPolicy.PRIMARY);
            CacheConfig caching = new CacheConfig(
                    10, Duration.ofHours(1), 100, Duration.ZERO, Duration.ZERO, Duration.ZERO, tracking);
            RedisStore store = RedisStores.open(config, tracking, new EventLog());
            try (ReadThroughCache cache = new ReadThroughCache(caching, store, Ticker.system())) {
                store.start(cache);
                Awaitility.await().atMost(Address.PATIENCE).untilAsserted(() -> {
                    assertHidden(failure(cache));
                    assertThat(log.toString())
                            .containsPattern(
                                    "unknown command .(HELLO|AUTH).|commands have been renamed|does not support HELLO");
                });
                assertHidden(cache.storeStats().toString());
            }
            assertHidden(log.toString());
        }
    }

    private static void assertHidden(String text) {
        assertThat(text).doesNotContain(PASSWORD);
    }

    /** The error of a load, with its causes; nothing if it is answered. */
    private static String failure(ReadThroughCache cache) {
        Outcome outcome = StoreFixture.load(cache, "k");
        StringBuilder texts = new StringBuilder();
        if (!outcome.isSuccess()) {
            BackingStoreException failure = outcome.failure();
            for (Throwable each = failure; each != null; each = each.getCause()) {
                texts.append(each).append('\n');
            }
        }
        return texts.toString();
    }

    private static Topology topology(String name, NodeAddress at, String user) {
        return switch (name) {
            case "standalone" -> new Topology.Standalone(at);
            case "auto" -> new Topology.Auto(at);
            case "cluster" -> new Topology.Cluster(List.of(at));
            default -> new Topology.Sentinel(List.of(at), "mymaster", credentials(user));
        };
    }

    private static Credentials credentials(String user) {
        return new Credentials(user, new Password.Fixed(PASSWORD));
    }

    private RedisServerProcess start(String... lines) throws IOException {
        String users = "user default on >%1$s ~* &* +@all%nuser app on >%1$s ~* &* +@all%n".formatted(PASSWORD);
        return RedisServerProcess.startedWith(
                Files.writeString(folder.resolve("redis.conf"), users + String.join("\n", lines) + "\n"));
    }

    /** All that is logged meanwhile, down to the level of DEBUG, with stack traces. */
    private static final class Lines extends Handler implements AutoCloseable {
        // Held, because the registry of loggers does not.
        private final List<Logger> loggers = List.of(Logger.getLogger("redisproxy"), Logger.getLogger("redis.clients"));
        private final List<Level> levels = loggers.stream()
                .map(logger -> logger.getLevel() == null ? Level.INFO : logger.getLevel())
                .toList();
        private final SimpleFormatter format = new SimpleFormatter();
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        Lines() {
            setLevel(Level.ALL);
            for (Logger logger : loggers) {
                logger.setLevel(Level.ALL);
                logger.addHandler(this);
            }
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(format.format(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            for (int i = 0; i < loggers.size(); i++) {
                loggers.get(i).removeHandler(this);
                loggers.get(i).setLevel(levels.get(i));
            }
        }

        @Override
        public String toString() {
            return String.join("", lines);
        }
    }
}
