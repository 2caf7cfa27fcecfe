package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.config;
import static redisproxy.redis.StoreFixture.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.ReadThroughCache;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StandaloneStoreTest {
    private static RedisServerProcess redis;
    private static RedisControl control;

    private final StoreFixture stores = new StoreFixture();

    @BeforeAll
    static void startRedis() {
        redis = RedisServerProcess.started();
        control = redis.control();
    }

    @AfterAll
    static void stopRedis() {
        control.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        control.call("FLUSHALL");
    }

    @AfterEach
    void close() {
        stores.close();
    }

    /* --------------- Answers --------------- */

    @Test
    void loadsValues() {
        control.call("SET", "Batman", "Superhero");
        ReadThroughCache cache = stores.open(config(redis.address(), 2, LONG));
        assertThat(load(cache, "Batman").value()).isEqualTo(Bytes.utf8("Superhero"));
    }

    @Test
    void tellsEmptyFromAbsent() {
        control.call("SET", "empty", "");
        ReadThroughCache cache = stores.open(config(redis.address(), 2, LONG));
        assertThat(load(cache, "empty").value()).isEqualTo(Bytes.of());
        assertThat(load(cache, "absent").value()).isNull();
    }

    @Test
    void carriesEveryByte() {
        Bytes every = Bytes.everyValue();
        control.set(every, every.plus(every));
        control.set(Bytes.of(), Bytes.utf8("empty key"));
        ReadThroughCache cache = stores.open(config(redis.address(), 2, LONG));
        assertThat(load(cache, every).value()).isEqualTo(every.plus(every));
        assertThat(load(cache, Bytes.of()).value()).isEqualTo(Bytes.utf8("empty key"));
    }

    @Test
    void carriesLargeValues() {
        Bytes large = Bytes.of(new byte[8 * 1024 * 1024]);
        control.set(Bytes.utf8("large"), large);
        ReadThroughCache cache = stores.open(config(redis.address(), 2, LONG));
        assertThat(load(cache, "large").value().equals(large)).isTrue();
    }

    @Test
    void passesErrorRepliesVerbatim() {
        control.call("RPUSH", "list", "a");
        control.call("SET", "k", "v");
        ReadThroughCache cache = stores.open(config(redis.address(), 1, LONG));
        BackingStoreException failure = load(cache, "list").failure();
        assertThat(failure).hasMessage("WRONGTYPE Operation against a key holding the wrong kind of value");
        assertThat(failure.isErrorReply()).isTrue();
        assertThat(failure.isNotAString()).isTrue();
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("v"));
    }

    @Test
    void readsTheDatabaseItIsTold() {
        control.call("SELECT", "3");
        control.call("SET", "k", "in 3");
        control.call("SELECT", "0");
        Address at = redis.address();
        ReadThroughCache cache = stores.open(new RedisConfig(at.host(), at.port(), null, null, 3, 1, LONG));
        assertThat(load(cache, "k").value()).isEqualTo(Bytes.utf8("in 3"));
    }

    @Test
    void eachOfManyGetsItsOwn() {
        ReadThroughCache cache = stores.open(config(redis.address(), 3, LONG));
        for (int i = 0; i < 2_000; i += 3) {
            control.call("SET", "k" + i, "v" + i);
            control.call("RPUSH", "k" + (i + 1), "x");
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
        ReadThroughCache cache = stores.open(config(redis.address(), 1, LONG));
        assertThat(load(cache, "warm").value()).isNull();
        long before = figure("total_reads_processed");
        control.pause(Duration.ofMillis(500));
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
            ReadThroughCache cache = stores.open(config(redis.address(), 1, LONG));
            assertThat(load(cache, "k").failure()).hasMessageContaining("NOAUTH");
        });
    }

    @Test
    void wrongPasswordIsNamed() {
        withPassword("secret", () -> {
            Address at = redis.address();
            ReadThroughCache cache = stores.open(new RedisConfig(at.host(), at.port(), null, "guess", 0, 1, LONG));
            assertThat(load(cache, "k").failure())
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("guess");
        });
    }

    @Test
    void rightPasswordIsTaken() {
        withPassword("secret", () -> {
            Address at = redis.address();
            assertThat(load(stores.open(new RedisConfig(at.host(), at.port(), null, "secret", 0, 1, LONG)), "k")
                            .value())
                    .isNull();
            assertThat(load(stores.open(new RedisConfig(at.host(), at.port(), "default", "secret", 0, 1, LONG)), "k")
                            .value())
                    .isNull();
        });
    }

    private static long figure(String name) {
        Matcher found = Pattern.compile(name + ":(\\d+)")
                .matcher(((Reply.Bulk) control.call("INFO", "stats")).bytes().asUtf8());
        assertThat(found.find()).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static void withPassword(String password, Runnable test) {
        control.call("CONFIG", "SET", "requirepass", password);
        try {
            test.run();
        } finally {
            control.call("CONFIG", "SET", "requirepass", "");
        }
    }
}
