package redisproxy.cache;

/** The configuration that a cache has at present, and its change while entries are served. Thread-safe. */
final class PresentConfig {
    private final Tables tables;
    private final Freshness freshness;

    /** Written under this object's lock. */
    private volatile CacheConfig config;

    PresentConfig(CacheConfig config, Tables tables, Freshness freshness) {
        this.config = config;
        this.tables = tables;
        this.freshness = freshness;
    }

    CacheConfig get() {
        return config;
    }

    synchronized void change(CacheConfig to) {
        if (!to.equals(config.changed(to))) {
            throw new IllegalArgumentException("only times and the length of values can change: " + to);
        }
        tables.change(to);
        if (freshness.change(to)) {
            tables.forEach(freshness::settle);
        }
        config = to;
    }
}
