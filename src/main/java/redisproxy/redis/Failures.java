package redisproxy.redis;

import java.math.BigDecimal;
import java.net.UnknownHostException;
import java.time.Duration;
import redis.clients.jedis.exceptions.JedisDataException;

/** Puts a failure into one line for clients and operators. */
final class Failures {
    private Failures() {}

    static String describe(RedisConfig config, Throwable failure) {
        if (failure instanceof JedisDataException) {
            return "Redis at %s refuses the connection: %s".formatted(config.address(), oneLine(failure));
        }
        Throwable root = root(failure);
        if (root instanceof OutOfMemoryError) {
            return "the value that Redis at %s sends cannot be held: %s".formatted(config.address(), oneLine(root));
        }
        return "Redis at %s is unreachable: %s".formatted(config.address(), oneLine(root));
    }

    static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof UnknownHostException) {
            message = "unknown host " + message;
        }
        if (message == null || message.isBlank()) {
            message = failure.getClass().getSimpleName();
        }
        return message.replaceAll("[^\\x20-\\x7E]+", " ");
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    /** Jedis keeps what happened to each resolved address as suppressed exceptions. */
    private static Throwable root(Throwable failure) {
        Throwable deepest = failure;
        while (true) {
            if (deepest.getCause() != null) {
                deepest = deepest.getCause();
            } else if (deepest.getSuppressed().length > 0) {
                deepest = deepest.getSuppressed()[0];
            } else {
                return deepest;
            }
        }
    }
}
