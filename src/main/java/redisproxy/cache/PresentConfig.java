package redisproxy.cache;

/** The configuration that a cache has at present, and its change while entries are served. Thread-safe. */
final class PresentConfig {
    private final Tables tables;
    private final Freshness freshness;
    private final Validity validity;

    /** Written under this object's lock. */
    private volatile CacheConfig config;

    PresentConfig(CacheConfig config, Tables tables, Freshness freshness, Validity validity) {
        this.config = config;
        this.tables = tables;
        this.freshness = freshness;
        this.validity = validity;
    }

    CacheConfig get() {
        return config;
    }

    /** Takes the memory that a change needs; returns what changes, to be run once at most and before the next one is prepared. */
    synchronized Runnable prepare(CacheConfig to) {
        if (to.equals(config)) {
            return () -> {};
        }
        if (!to.equals(config.changed(to))) {
            throw new IllegalArgumentException("only the grace of tracking can change: " + to);
        }
        Tables.Room room = tables.roomFor(to);
        return () -> change(to, room);
    }

    private synchronized void change(CacheConfig to, Tables.Room room) {
        tables.bound(to, room);
        boolean areOtherTimes = freshness.change(to);
        validity.change(to);
        config = to;
        if (areOtherTimes) {
            tables.forEach(freshness::settle);
        }
        tables.fit();
    }
}
