package redisproxy.server;

/**
 * How a proxy takes over from another process. Immutable.
 *
 * @param reusesPorts whether another process of the same user may listen on the ports for data as well
 */
record TakeoverConfig(boolean reusesPorts) {
    /** There is no other process. */
    static final TakeoverConfig NONE = new TakeoverConfig(false);

    /** Reads it from the settings. */
    static TakeoverConfig read(Settings settings) {
        return new TakeoverConfig(settings.value(TakeoverCatalog.REUSE_PORT));
    }
}
