package redisproxy.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RedisControl;

/** Values that never change and tell which key they belong to, of all sizes up to 1 MB. */
final class KnownValues {
    /** Sizes of the values are powers of four. */
    static final int KEYS = 40;

    /** The values of the first keys are short. */
    static final int SHORT = 20;

    private static final int SIZES = 11;
    private static final Bytes[] VALUES = new Bytes[KEYS];

    static {
        for (int i = 0; i < KEYS; i++) {
            String text = "value of " + key(i) + ", ";
            int size = i < SHORT ? text.length() : 1 << (2 * (i % SIZES));
            VALUES[i] = Bytes.utf8(text.repeat(size / text.length() + 1).substring(0, size));
        }
    }

    private KnownValues() {}

    static String key(int i) {
        return "known:" + i;
    }

    static Bytes value(int i) {
        return VALUES[i];
    }

    static void fill(RedisControl redis) {
        Map<Bytes, Bytes> values = new LinkedHashMap<>();
        for (int i = 0; i < KEYS; i++) {
            values.put(Bytes.utf8(key(i)), value(i));
        }
        redis.setAll(values);
    }
}
