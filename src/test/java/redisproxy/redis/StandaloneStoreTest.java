package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.LoadReport;
import redisproxy.cache.ReadThroughCache;
import redisproxy.fixtures.ClassRedis;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StandaloneStoreTest {
    @RegisterExtension
    static final ClassRedis REDIS = new ClassRedis();

    private final StoreFixture stores = new StoreFixture();

    @AfterEach
    void close() {
        stores.close();
    }

    /* --------------- Answers --------------- */

    @Test
    void loadsValues() {
        REDIS.control().call("SET", "Batman", "Superhero");
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, LONG));
        assertThat(load(cache, "Batman").value()).isEqualTo(Bytes.utf8("Superhero"));
    }

    @Test
    void tellsEmptyFromAbsent() {
        REDIS.control().call("SET", "empty", "");
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, LONG));
        assertThat(load(cache, "empty").value()).isEqualTo(Bytes.of());
        assertThat(load(cache, "absent").value()).isNull();
    }

    @Test
    void carriesEveryByte() {
        Bytes every = Bytes.everyValue();
        REDIS.control().set(every, every.plus(every));
        REDIS.control().set(Bytes.of(), Bytes.utf8("empty key"));
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, LONG));
        assertThat(load(cache, every).value()).isEqualTo(every.plus(every));
        assertThat(load(cache, Bytes.of()).value()).isEqualTo(Bytes.utf8("empty key"));
    }

    @Test
    void carriesLargeValues() {
        Bytes large = Bytes.of(new byte[8 * 1024 * 1024]);
        REDIS.control().set(Bytes.utf8("large"), large);
        ReadThroughCache cache = stores.open(config(REDIS.address(), 2, LONG));
        assertThat(load(cache, "large").value().equals(large)).isTrue();
    }

    @Test
    void passesErrorRepliesVerbatim() {
        REDIS.control().call("RPUSH", "list", "a");
        REDIS.control().call("SET", "k", "v");
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, LONG));
        BackingStoreException failure = load(cache, "list").failure();
        assertThat(failure).hasMessage("WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThat(failure.isErrorReply()).isTrue();
        assertThat(failure.isNotAString()).isTrue();
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    @Test
    void tellsWhichServerALoadWasSentTo() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, LONG));
        assertThat(load(cache, "k").value()).isNull();
        await().atMost(Address.PATIENCE).until(() -> !stores.loads.isEmpty());
        LoadReport report = stores.loads.element();
        assertThat(report.server()).isEqualTo(REDIS.address().toString());
        assertThat(report.askedNanos()).isBetween(1L, report.tookNanos());
    }

    @Test
    void readsTheDatabaseItIsTold() {
        REDIS.control().call("SELECT", "3");
        REDIS.control().call("SET", "k", "in 3");
        REDIS.control().call("SELECT", "0");
        Address at = REDIS.address();
        ReadThroughCache cache = stores.open(StoreFixture.node(at, Credentials.NONE, 3, 1, LONG));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("in 3"));
    }

    @Test
    void eachOfManyGetsItsOwn() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 3, LONG));
        for (int i = 0; i < 2_000; i += 3) {
            REDIS.control().call("SET", "k" + i, "v" + i);
            REDIS.control().call("RPUSH", "k" + (i + 1), "x");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        for (int i = 0; i < 2_000; i++) {
            switch (i % 3) {
                case 0 -> assertThat(outcomes.get(i).value()).isEqualTo(Bytes.utf8("v" + i));
                case 1 -> assertThat(outcomes.get(i).failure().isNotAString()).isTrue();
                default -> assertThat(outcomes.get(i).value()).isNull();
            }
        }
    }

    @Test
    void queuedLoadsLeaveAsFewPipelines() {
        ReadThroughCache cache = stores.open(config(REDIS.address(), 1, LONG));
        assertThat(load(cache, "warm").value()).isNull();
        long before = figure("total_reads_processed");
        REDIS.control().pause(Duration.ofMillis(500));
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 512; i++) {
            outcomes.add(load(cache, "k" + i));
        }
        outcomes.forEach(Outcome::value);
        assertThat(figure("total_reads_processed") - before).isLessThan(12);
    }

    /* --------------- Credentials --------------- */

    @Test
    void missingPasswordIsNamed() {
        withPassword("secret", () -> {
            ReadThroughCache cache = stores.open(config(REDIS.address(), 1, LONG));
            assertThat(load(cache, "k").failure()).hasMessageContaining("NOAUTH");
        });
    }

    @Test
    void wrongPasswordIsNamed() {
        withPassword("secret", () -> {
            Address at = REDIS.address();
            ReadThroughCache cache =
                    stores.open(StoreFixture.node(at, new Credentials(null, new Password.Fixed("guess")), 0, 1, LONG));
            assertThat(load(cache, "k").failure())
                    .hasMessage(
                            "Redis at %s does not accept the password in REDIS_PASSWORD for its default user (WRONGPASS): "
                                    + "set the one that it has, or REDIS_USER too",
                            at);
        });
    }

    @Test
    void wrongUserIsNamed() {
        Address at = REDIS.address();
        Credentials credentials = new Credentials("app", new Password.Fixed("--redis-url", "guess"));
        ReadThroughCache cache = stores.open(StoreFixture.node(at, credentials, 0, 1, LONG));
        assertThat(load(cache, "k").failure())
                .hasMessage(
                        "Redis at %s does not accept the password in --redis-url for the user 'app' (WRONGPASS): "
                                + "set the one that it has, or enable that user",
                        at);
    }

    @Test
    void rightPasswordIsTaken() {
        withPassword("secret", () -> {
            Address at = REDIS.address();
            assertThat(load(
                                    stores.open(StoreFixture.node(
                                            at, new Credentials(null, new Password.Fixed("secret")), 0, 1, LONG)),
                                    "k")
                            .value())
                    .isNull();
            assertThat(load(
                                    stores.open(StoreFixture.node(
                                            at, new Credentials("default", new Password.Fixed("secret")), 0, 1, LONG)),
                                    "k")
                            .value())
                    .isNull();
        });
    }

    private static long figure(String name) {
        Matcher found = Pattern.compile(name + ":(\\d+)")
                .matcher(((Reply.Bulk) REDIS.control().call("INFO", "stats"))
                        .bytes()
                        .asUtf8());
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static void withPassword(String password, Runnable test) {
        REDIS.control().call("CONFIG", "SET", "requirepass", password);
        try {
            test.run();
        } finally {
            REDIS.control().call("CONFIG", "SET", "requirepass", "");
        }
    }
}
