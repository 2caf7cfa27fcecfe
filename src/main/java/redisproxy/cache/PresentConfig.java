package redisproxy.cache;

import org.jspecify.annotations.Nullable;

/** The configuration that a cache has at present, and its change while entries are served. Thread-safe. */
final class PresentConfig {
    private final Tables tables;
    private final Freshness freshness;
    private final Validity validity;

    /** Those that the store reads, too; null without tracking. */
    private final @Nullable TrackedPrefixes prefixes;

    /** Written under this object's lock. */
    private volatile CacheConfig config;

    PresentConfig(CacheConfig config, Tables tables, Freshness freshness, Validity validity) {
        this.config = config;
        this.tables = tables;
        this.freshness = freshness;
        this.validity = validity;
        this.prefixes = config.tracking() == null ? null : config.tracking().tracked();
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
            throw new IllegalArgumentException("of tracking only the prefixes and the grace can change: " + to);
        }
        Tables.Room room = tables.roomFor(to);
        return () -> change(to, room);
    }

    private synchronized void change(CacheConfig to, Tables.Room room) {
        tables.bound(to, room);
        boolean areOtherTimes = freshness.change(to);
        validity.change(to);
        if (prefixes != null && to.tracking() != null) {
            prefixes.change(to.tracking().prefixes());
        }
        config = to;
        if (areOtherTimes) {
            tables.forEach(freshness::settle);
        }
        tables.fit();
    }
}
