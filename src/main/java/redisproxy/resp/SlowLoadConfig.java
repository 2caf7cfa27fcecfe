package redisproxy.resp;

/**
 * Which loads are slow. Immutable.
 *
 * @param slowlogMicros SLOWLOG keeps loads that took so many microseconds or longer; {@link #OFF} for none
 * @param slowlogMaxLength how many of them it keeps at most
 * @param latencyThresholdMillis LATENCY keeps what took so many milliseconds or longer; 0 for nothing
 */
public record SlowLoadConfig(int slowlogMicros, int slowlogMaxLength, int latencyThresholdMillis) {
    /** No load is kept, however long it took. */
    public static final int OFF = -1;

    /** Each entry takes up to 1.5 KB. */
    public static final int MAX_LENGTH_LIMIT = 10_000;

    public SlowLoadConfig {
        check("slowlogMicros", slowlogMicros, OFF, Integer.MAX_VALUE);
        check("slowlogMaxLength", slowlogMaxLength, 0, MAX_LENGTH_LIMIT);
        check("latencyThresholdMillis", latencyThresholdMillis, 0, Integer.MAX_VALUE);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s: %d (expected: %d to %d)".formatted(name, value, least, most));
        }
    }

    /** Returns 10 milliseconds, 128 entries, and nothing for LATENCY, as in Redis. */
    public static SlowLoadConfig defaults() {
        return new SlowLoadConfig(10_000, 128, 0);
    }
}
