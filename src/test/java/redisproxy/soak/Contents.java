package redisproxy.soak;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;

/** What is in Redis: values that name their key and never change, and counters that only grow. Thread-safe. */
final class Contents {
    private static final int FIXED = 200;
    private static final int COUNTERS = 4;

    /** One value of so many takes several packets. */
    private static final int LARGE_ONES = 50;

    private static final int LARGE_REPEATS = 5_000;
    private static final int SMALL_REPEATS = 20;

    private static final Bytes OUTDATED = Bytes.utf8("the value of a server that has been replaced");

    private final List<String> fixed =
            IntStream.range(0, FIXED).mapToObj(i -> "fixed:" + i).toList();
    private final List<Counter> counters = IntStream.range(0, COUNTERS)
            .mapToObj(i -> new Counter("counter:" + i))
            .toList();

    /** Set while Redis lacks values that it lost. */
    private volatile boolean lost;

    void fill(RedisControl redis) {
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        fill((key, value) -> values.put(Bytes.utf8(key), Bytes.utf8(value)));
        redis.setAll(values);
    }

    void fill(BiConsumer<String, String> set) {
        fixed.forEach(key -> set.accept(key, value(key)));
    }

    /** Sets all keys, in a server that has been replaced, to a value that nobody may read. */
    void outdate(RedisControl replaced) {
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        fixed.forEach(key -> values.put(Bytes.utf8(key), OUTDATED));
        counters.forEach(counter -> values.put(Bytes.utf8(counter.key()), OUTDATED));
        replaced.setAll(values);
    }

    /** Another server is about to take over, which may lack what was written last. */
    void doubt() {
        counters.forEach(Counter::doubt);
    }

    List<String> keys() {
        return fixed;
    }

    List<Counter> counters() {
        return counters;
    }

    String draw(Random random) {
        return random.nextInt(4) == 0 ? counters.get(random.nextInt(COUNTERS)).key() : fixed.get(random.nextInt(FIXED));
    }

    void lost(boolean now) {
        lost = now;
    }

    boolean isLost() {
        return lost;
    }

    /**
     * Throws if that cannot be the value.
     *
     * @param seen the highest number of each counter that was read over the same connection
     * @param askedNanos when the request was sent
     * @param staleness how old a value may be
     */
    void check(String key, Bytes value, Map<String, Long> seen, long askedNanos, Duration staleness) {
        if (value.equals(OUTDATED)) {
            throw new IllegalStateException(key + " is from a server that has been replaced");
        }
        for (Counter counter : counters) {
            if (counter.key().equals(key)) {
                counter.check(value, seen, askedNanos, staleness);
                return;
            }
        }
        if (!value.equals(Bytes.utf8(value(key)))) {
            throw new IllegalStateException("of " + key + ": " + value);
        }
    }

    private static String value(String key) {
        int number = Integer.parseInt(key.substring(key.indexOf(':') + 1));
        return ("the value of " + key + ", ")
                .repeat(number % LARGE_ONES == 0 ? LARGE_REPEATS : 1 + number % SMALL_REPEATS);
    }
}
