package redisproxy.server;

import java.util.Locale;

/** The values of {@link LogCatalog#LOG_FORMAT}. */
enum LogFormat {
    TEXT,
    JSON;

    /** Returns the value as it is written. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
