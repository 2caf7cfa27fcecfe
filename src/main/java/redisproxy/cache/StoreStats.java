package redisproxy.cache;

/**
 * What a {@link BackingStore} says of itself. An immutable snapshot; its parts may be some requests apart.
 *
 * @param circuit the state of the circuit breaker in one word: {@code closed} while requests are sent
 * @param tracking whether the store reports writes
 */
public record StoreStats(String circuit, TrackingStatus tracking) {
    /** The figures of a store that has none. */
    public static final StoreStats NONE = new StoreStats("closed", TrackingStatus.OFF);
}
