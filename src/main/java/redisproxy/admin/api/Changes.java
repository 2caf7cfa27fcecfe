package redisproxy.admin.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.ReadThroughCache;

/** The changes that the API makes. Thread-safe. Each is logged, without the keys. */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    private static final String EXPECTED =
            "the body is not accepted (expected: one of key, key64, prefix, prefix64, or all: true)";

    private final ReadThroughCache cache;
    private final Sources.LogControl log;

    private final Supplier<ReloadView> reload;

    Changes(ReadThroughCache cache, Sources.LogControl log, Supplier<ReloadView> reload) {
        this.reload = reload;
        this.cache = cache;
        this.log = log;
    }

    /** How many entries were dropped. */
    record Dropped(long dropped) {}

    record Level(String level) {}

    /** Drops one key, or all that begin alike, or all. */
    Dropped invalidate(Map<String, Object> body) throws BadRequestException {
        if (body.size() != 1) {
            throw new BadRequestException(EXPECTED);
        }
        byte[] key = bytes(body, "key");
        if (key != null) {
            LOG.info("The admin port has invalidated one key");
            return new Dropped(cache.drop(key) ? 1 : 0);
        }
        byte[] prefix = bytes(body, "prefix");
        if (prefix != null) {
            long dropped = cache.dropIf(each -> begins(each, prefix));
            LOG.info("The admin port has invalidated {} entries by the beginning of their keys", dropped);
            return new Dropped(dropped);
        }
        if (!Boolean.TRUE.equals(body.get("all"))) {
            throw new BadRequestException(EXPECTED);
        }
        long held = cache.stats().size() + (long) cache.stats().absent();
        cache.invalidateAll();
        LOG.info("The admin port has invalidated all {} entries", held);
        return new Dropped(held);
    }

    /** Returns the key of that name, given as text or in base64url, or null if there is neither. */
    private static byte @Nullable [] bytes(Map<String, Object> body, String name) throws BadRequestException {
        if (body.get(name) instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        String name64 = name + "64";
        return body.get(name64) instanceof String text ? KeyText.fromBase64(name64, text) : null;
    }

    private static boolean begins(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Has the settings read anew, and those applied that can be. */
    ReloadView reload(Map<String, Object> body) throws BadRequestException {
        if (!body.isEmpty()) {
            throw new BadRequestException("the body is not accepted (expected: {})");
        }
        ReloadView reloaded = reload.get();
        if (reloaded.refusal() != null) {
            throw new BadRequestException("the settings stay as they are: " + reloaded.refusal());
        }
        return reloaded;
    }

    /** Sets the level of the log until the next start. */
    Level logLevel(Map<String, Object> body) throws BadRequestException {
        Object level = body.get("level");
        if (body.size() != 1 || !(level instanceof String text) || !log.setLevel(text.toLowerCase(Locale.ROOT))) {
            throw new BadRequestException(
                    "level: '%s' is not accepted (expected: error, warn, info, debug or trace)".formatted(level));
        }
        LOG.info("The admin port has set the log level to {}", log.level());
        return new Level(log.level());
    }
}
