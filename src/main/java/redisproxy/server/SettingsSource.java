package redisproxy.server;

import org.jspecify.annotations.Nullable;

/** Reads the settings from where a proxy was given them, each time anew. */
@FunctionalInterface
interface SettingsSource {
    /**
     * Reads them. Blocks to read a file.
     *
     * @throws ConfigException if a file cannot be read, or has a line that is not accepted
     */
    Settings read();

    /** Returns the name of the file that the settings are read from, beside other places, or null if there is none. */
    default @Nullable String file() {
        return null;
    }
}
