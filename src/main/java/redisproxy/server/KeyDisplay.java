package redisproxy.server;

import java.util.Locale;

/** The values of {@link LogCatalog#ACCESS_LOG_KEYS}. */
enum KeyDisplay {
    HASH,
    SHOW;

    /** Returns the value as it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
