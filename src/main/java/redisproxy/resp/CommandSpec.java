package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import redisproxy.auth.NamedCommand;

/**
 * A command as COMMAND INFO and COMMAND DOCS describe it (redis.io, "COMMAND"). Immutable.
 *
 * @param name in lower case; that of a subcommand begins with its container's: {@code client|kill}
 * @param arity the number of arguments, the name included; the minimum if negative
 * @param flags by their names in Redis, in the order in which it lists them
 * @param categories the ACL categories that do not follow from the flags, without the at sign
 * @param tips for clients and proxies (redis.io, "Command tips")
 * @param keys which arguments are keys
 * @param since the Redis version that introduced the command
 * @param group the group under which Redis documents it
 * @param summary one sentence
 */
record CommandSpec(
        String name,
        int arity,
        List<String> flags,
        List<String> categories,
        List<String> tips,
        KeyPositions keys,
        String since,
        String group,
        String summary)
        implements NamedCommand {
    private static final String READ_ONLY = "readonly";

    /** In the order in which Redis lists them, those that no command of the proxy has left out. */
    private static final List<String> CATEGORIES =
            List.of("keyspace", "read", "string", "admin", "fast", "pubsub", "slow", "dangerous", "connection");

    private static final Map<String, String> CATEGORY_OF_GROUP =
            Map.of("connection", "connection", "generic", "keyspace", "string", "string");

    /** Makes the specification of a command without tips, in the ACL category of its group. */
    CommandSpec(
            String name, int arity, List<String> flags, KeyPositions keys, String since, String group, String summary) {
        this(
                name,
                arity,
                flags,
                Stream.ofNullable(CATEGORY_OF_GROUP.get(group)).toList(),
                List.of(),
                keys,
                since,
                group,
                summary);
    }

    CommandSpec withFlags(List<String> others) {
        return new CommandSpec(name, arity, others, categories, tips, keys, since, group, summary);
    }

    CommandSpec withCategories(String... others) {
        return new CommandSpec(name, arity, flags, List.of(others), tips, keys, since, group, summary);
    }

    CommandSpec withTips(String... others) {
        return new CommandSpec(name, arity, flags, categories, List.of(others), keys, since, group, summary);
    }

    CommandSpec withKeys(KeyPositions others) {
        return new CommandSpec(name, arity, flags, categories, tips, others, since, group, summary);
    }

    CommandSpec withSince(String version) {
        return new CommandSpec(name, arity, flags, categories, tips, keys, version, group, summary);
    }

    boolean accepts(int argumentCount) {
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }

    /** Whether somebody who has not logged in may execute it. */
    boolean needsNoLogin() {
        return flags.contains("no_auth");
    }

    /** Whether the command only reads. A read without a reply is skipped: no queue of replies would bound its loads. */
    boolean isReadOnly() {
        return flags.contains(READ_ONLY);
    }

    /** Returns all ACL categories, without the at sign. */
    List<String> allCategories() {
        List<String> all = new ArrayList<>(CATEGORIES);
        all.removeIf(each -> !isIn(each));
        return all;
    }

    /** Whether the command is in the ACL category; follows {@code setImplicitACLCategories} of Redis. */
    @Override
    public boolean isIn(String category) {
        boolean follows = switch (category) {
            case "read" -> isReadOnly();
            case "admin", "dangerous" -> flags.contains("admin");
            case "fast" -> flags.contains("fast");
            case "slow" -> !flags.contains("fast");
            default -> false;
        };
        return follows || categories.contains(category);
    }
}
