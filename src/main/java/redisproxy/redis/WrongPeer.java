package redisproxy.redis;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    private static final String NO_CLUSTER = "ERR This instance has cluster support disabled";

    private static final String ONE_DATABASE = "ERR SELECT is not allowed in cluster mode";

    /** The first byte of a TLS record (RFC 8446, 5.1). */
    private static final byte TLS_ALERT = 21;

    private static final byte TLS_HANDSHAKE = 22;

    /** A Sentinel may watch many masters; a message names some of them. */
    private static final int MOST_NAMES = 5;

    private WrongPeer() {}

    /** Returns whether an error reply shows that the server is no single Redis: a node of a Cluster, or a Sentinel. */
    static boolean isOfAnotherMode(String error) {
        return error.startsWith(UNKNOWN_COMMAND) || CLUSTER.matcher(error).matches();
    }

    /** Returns what an error reply says about the server, or null if it is one that any Redis may give. */
    static @Nullable String byError(NodeConfig config, String error) {
        if (CLUSTER.matcher(error).matches()) {
            return "the server at %s is a node of a Redis Cluster: set REDIS_MODE=cluster (or leave it out), and no REDIS_DATABASE"
                    .formatted(config.address());
        }
        if (error.startsWith(NO_CLUSTER)) {
            return "the server at %s is no node of a Redis Cluster: set REDIS_MODE=standalone (or leave it out) and a REDIS_URL that begins with redis:// or rediss://"
                    .formatted(config.address());
        }
        if (error.startsWith(ONE_DATABASE)) {
            return oneDatabase(config);
        }
        if (NOT_IN_OLD_REDIS.matcher(error).matches()) {
            return "unknown command: the server at %s is older than Redis 7.0, or a Sentinel"
                    .formatted(config.address());
        }
        if (error.startsWith(UNKNOWN_COMMAND)) {
            return "the server at %s is a Sentinel, or commands have been renamed there: ".formatted(config.address())
                    + "set REDIS_MODE=sentinel and SENTINEL_MASTER, or REDIS_HOST and REDIS_PORT to a Redis that knows GET";
        }
        if (error.startsWith("NOAUTH")) {
            return "Redis at %s asks for a password (NOAUTH): set REDIS_PASSWORD".formatted(config.address());
        }
        Password password = config.credentials().password();
        return password != null && error.startsWith("WRONGPASS") ? wrongPassword(config, password.setting()) : null;
    }

    /** Names the user, and the setting that holds the password. */
    private static String wrongPassword(NodeConfig config, String setting) {
        String user = config.credentials().user();
        return user == null
                ? "Redis at %s does not accept the password in %s for its default user (WRONGPASS): set the one that it has, or REDIS_USER too"
                        .formatted(config.address(), setting)
                : "Redis at %s does not accept the password in %s for the user '%s' (WRONGPASS): set the one that it has, or enable that user"
                        .formatted(config.address(), setting, Failures.printable(user));
    }

    /** Returns what to do about a node of a Cluster that is asked for another database than the first. */
    static String oneDatabase(NodeConfig config) {
        return "the server at %s is a node of a Redis Cluster, which has database 0 alone: ".formatted(config.address())
                + "set REDIS_DATABASE=0 (or leave it out), and no database in REDIS_URL";
    }

    /**
     * Returns what to do about a Sentinel.
     *
     * @param masters the names of the masters that it watches; empty if it does not tell them
     */
    static String sentinel(NodeConfig config, List<String> masters) {
        String url = "%s://%s#%s"
                .formatted(
                        config.tls() == null ? "redis-sentinel" : "rediss-sentinel",
                        config.address(),
                        masters.size() == 1 ? masters.get(0) : "NAME");
        return "the server at %s is a Sentinel: set REDIS_URL=%s%s".formatted(config.address(), url, names(masters));
    }

    private static String names(List<String> masters) {
        if (masters.size() == 1) {
            return "";
        }
        if (masters.isEmpty()) {
            return ", where NAME is that of the master";
        }
        String first = masters.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return ", where NAME is one of " + first
                + (masters.size() > MOST_NAMES ? " and %d more".formatted(masters.size() - MOST_NAMES) : "");
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
