package redisproxy.server;

/**
 * What a proxy is started with, and where it is read anew.
 *
 * @param source reads the settings anew
 * @param settings the settings
 * @param config the same, read
 * @param isFixed whether the settings are those of another program and no others can be read or set
 */
record StartSettings(SettingsSource source, Settings settings, ProxyConfig config, boolean isFixed) {
    /**
     * Reads the settings.
     *
     * @throws ConfigException if one is not accepted
     */
    static StartSettings read(SettingsSource source) {
        return read(source, source.read());
    }

    /** As above, from settings that the source has just returned. */
    static StartSettings read(SettingsSource source, Settings settings) {
        return new StartSettings(source, settings, ProxyConfig.from(settings), false);
    }

    /** Returns settings that are not read anew. */
    static StartSettings fixed(ProxyConfig config) {
        SettingsSource none = () -> {
            throw new ConfigException("the settings of a proxy that another program has started are not read anew");
        };
        return new StartSettings(none, new Settings(), config, true);
    }
}
