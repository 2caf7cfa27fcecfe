package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.TrackingConfig;

/** Makes the store for the Redis that a configuration names. */
public final class RedisStores {
    private RedisStores() {}

    /**
     * Makes a store, which takes requests over at once and sends them once it is {@linkplain RedisStore#start started}. Does
     * not block, and connects to nothing yet.
     *
     * @param tracking how Redis reports writes to the cache, or null if it does not
     */
    public static RedisStore open(RedisConfig config, @Nullable TrackingConfig tracking) {
        return new StandaloneStore(config, tracking);
    }
}
