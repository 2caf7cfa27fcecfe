package redisproxy.server;

import java.util.Locale;

/** The values of {@link SettingsCatalog#COHERENCE}. */
enum CoherenceMode {
    TTL,
    TRACKING;

    /** Returns the mode in which a configuration has the cache run. */
    static CoherenceMode of(ProxyConfig config) {
        return config.cache().tracking() == null ? TTL : TRACKING;
    }

    /** Returns the value as it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
