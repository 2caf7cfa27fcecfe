package redisproxy.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.warm.WarmConfig;

/**
 * How a proxy takes over from another process. Immutable.
 *
 * @param reusesPorts whether another process of the same user may listen on the ports for data as well
 * @param warm where the cache gets its first keys, or null if it begins empty
 */
record TakeoverConfig(boolean reusesPorts, @Nullable WarmConfig warm) {
    /** There is no other process. */
    static final TakeoverConfig NONE = new TakeoverConfig(false, null);

    /**
     * Reads it from the settings.
     *
     * @throws ConfigException if a value is not accepted
     */
    static TakeoverConfig read(Settings settings) {
        // Read also when they do not apply, so that a value that is not accepted never goes unnoticed.
        int mostKeys = settings.value(TakeoverCatalog.WARM_KEYS);
        Duration timeout = settings.value(TakeoverCatalog.WARM_TIMEOUT);
        String from = settings.optional(TakeoverCatalog.WARM_FROM);
        String tokenFile = settings.optional(TakeoverCatalog.WARM_TOKEN_FILE);
        WarmConfig.Source source = from == null ? null : source(settings, from, tokenFile);
        if (tokenFile != null && !(source instanceof WarmConfig.Peer)) {
            settings.note("%s: applies with a URL in %s alone"
                    .formatted(settings.nameOf(TakeoverCatalog.WARM_TOKEN_FILE), TakeoverCatalog.WARM_FROM));
        }
        return new TakeoverConfig(
                settings.value(TakeoverCatalog.REUSE_PORT),
                source == null ? null : new WarmConfig(source, mostKeys, timeout));
    }

    private static WarmConfig.Source source(Settings settings, String from, @Nullable String tokenFile) {
        if (from.contains("://")) {
            return new WarmConfig.Peer(
                    url(settings, from),
                    tokenFile == null ? null : path(settings, TakeoverCatalog.WARM_TOKEN_FILE, tokenFile));
        }
        return new WarmConfig.File(path(settings, TakeoverCatalog.WARM_FROM, from));
    }

    private static URI url(Settings settings, String from) {
        try {
            URI url = new URI(from);
            boolean isBase = url.getRawPath() == null
                    || url.getRawPath().isEmpty()
                    || url.getRawPath().equals("/");
            if ("http".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && isBase) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        // Not the value: what is not accepted may hold a password.
        throw new ConfigException(
                "%s: the URL is not accepted (expected: http://HOST:PORT of another admin port, and %s for a token)"
                        .formatted(settings.nameOf(TakeoverCatalog.WARM_FROM), TakeoverCatalog.WARM_TOKEN_FILE));
    }

    private static Path path(Settings settings, Setting<String> setting, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException(
                    "%s: '%s' is not accepted (expected: a file)".formatted(settings.nameOf(setting), text));
        }
    }
}
