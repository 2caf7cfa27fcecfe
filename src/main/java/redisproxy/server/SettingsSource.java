package redisproxy.server;

/** Reads the settings from where a proxy was given them, each time anew. */
@FunctionalInterface
interface SettingsSource {
    /**
     * Reads them. Blocks to read a file.
     *
     * @throws ConfigException if a file cannot be read, or has a line that is not accepted
     */
    Settings read();
}
