package redisproxy.auth;

import java.util.List;

/** The names that rules may contain, so that a misspelt one is noticed. Thread-safe. */
public interface KnownCommands {
    /** The categories of Redis 7, in the order in which {@code ACL CAT} lists them. */
    List<String> CATEGORIES = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    /**
     * Returns whether there is such a command, of this proxy or of Redis.
     *
     * @param name in lower case; that of a subcommand begins with its container's: {@code client|kill}
     */
    boolean contains(String name);
}
