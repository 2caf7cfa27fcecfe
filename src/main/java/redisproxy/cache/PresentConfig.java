package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/** The configuration that a cache has at present, and its change while entries are served. Thread-safe. */
final class PresentConfig {
    private final Tables tables;
    private final Freshness freshness;
    private final Object changing = new Object();

    @GuardedBy("changing")
    private CacheConfig config;

    private volatile CacheConfig shown;

    PresentConfig(CacheConfig config, Tables tables, Freshness freshness) {
        this.config = config;
        this.shown = config;
        this.tables = tables;
        this.freshness = freshness;
    }

    CacheConfig get() {
        return shown;
    }

    void change(CacheConfig to) {
        synchronized (changing) {
            if (!to.equals(config.changed(to))) {
                throw new IllegalArgumentException("only times and the length of values can change: " + to);
            }
            tables.change(to);
            freshness.change(to);
            tables.forEach(freshness::settle);
            config = to;
            shown = to;
        }
    }
}
