package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The version of Redis that a server behaves as (Redis documentation, HELLO, {@code version}; INFO, {@code redis_version}). Valkey tells its own
 * version in HELLO, and that of Redis in INFO.
 */
final class ServerVersion {
    /** Clients read it as numbers. */
    private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9}){1,3}");

    private ServerVersion() {}

    /** Returns what HELLO has told, or asks by INFO, which blocks. Returns null if the server tells none, or not this user. */
    static @Nullable String of(OneTimeConnection made) {
        String told = numbers(made.helloVersion());
        return told == null ? numbers(info(made)) : told;
    }

    private static @Nullable String info(OneTimeConnection made) {
        try {
            made.sendCommand(Protocol.Command.INFO, "server");
            return made.getOne() instanceof byte[] info
                    ? InfoFields.of(new String(info, StandardCharsets.UTF_8)).get("redis_version")
                    : null;
        } catch (JedisDataException e) {
            return null;
        }
    }

    /** Returns the numbers that a version begins with; null if it begins with none. */
    static @Nullable String numbers(@Nullable String version) {
        Matcher found = NUMBERS.matcher(version == null ? "" : version);
        return found.lookingAt() ? found.group() : null;
    }
}
