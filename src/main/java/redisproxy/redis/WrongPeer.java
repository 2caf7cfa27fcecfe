package redisproxy.redis;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.util.RedisInputStream;

/** Recognizes a peer that is no single Redis which this proxy can read, by what it sends, and says what to do about it. */
final class WrongPeer {
    private static final Pattern CLUSTER =
            Pattern.compile("(MOVED|ASK|CLUSTERDOWN|TRYAGAIN|CROSSSLOT)\\b.*", Pattern.DOTALL);

    /** These two came with Redis 7.0; all other commands that are sent are as old as Redis. */
    private static final Pattern NOT_IN_OLD_REDIS =
            Pattern.compile("ERR unknown command .?P?EXPIRETIME\\b.*", Pattern.DOTALL);

    private static final String UNKNOWN_COMMAND = "ERR unknown command";

    /** The first byte of a TLS record (RFC 8446, 5.1). */
    private static final byte TLS_ALERT = 21;

    private static final byte TLS_HANDSHAKE = 22;

    private WrongPeer() {}

    /** Returns what an error reply says about the server, or null if it is one that any Redis may give. */
    static @Nullable String byError(NodeConfig config, String error) {
        if (CLUSTER.matcher(error).matches()) {
            return "the server at %s is a node of a Redis Cluster: set REDIS_MODE=cluster (or leave it out), and no REDIS_DATABASE"
                    .formatted(config.address());
        }
        if (NOT_IN_OLD_REDIS.matcher(error).matches()) {
            return "unknown command: the server at %s is older than Redis 7.0, or a Sentinel"
                    .formatted(config.address());
        }
        if (error.startsWith(UNKNOWN_COMMAND)) {
            return "the server at %s is a Sentinel, or commands have been renamed there: ".formatted(config.address())
                    + "set REDIS_HOST and REDIS_PORT to the Redis itself, which knows GET";
        }
        if (error.startsWith("NOAUTH")) {
            return "Redis at %s asks for a password (NOAUTH): set REDIS_PASSWORD".formatted(config.address());
        }
        return null;
    }

    /**
     * Waits for the first reply on a connection.
     *
     * @throws MalformedReplyException if it is of another protocol
     */
    static void requireRedis(RedisInputStream in) {
        if (in.peek(TLS_ALERT) || in.peek(TLS_HANDSHAKE)) {
            throw new MalformedReplyException(
                    "TLS: set REDIS_TLS=true (or a REDIS_URL that begins with rediss://), "
                            + "or REDIS_PORT to the port on which Redis takes plain connections (its setting port, not tls-port)");
        }
        if (in.peek((byte) 'H') || in.peek((byte) '<')) {
            throw new MalformedReplyException("HTTP: set REDIS_HOST and REDIS_PORT to the address of Redis");
        }
    }

    /** Returns what it may mean that a connection was closed before the first reply. */
    static String closedUnheard() {
        return "it closed the connection before its first reply, as a server does that expects TLS: "
                + "check REDIS_HOST and REDIS_PORT, and set REDIS_TLS=true if it does";
    }
}
