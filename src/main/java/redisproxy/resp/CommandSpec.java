package redisproxy.resp;

import java.util.List;

/**
 * A command as COMMAND INFO and COMMAND DOCS describe it (redis.io, "COMMAND"). Immutable.
 *
 * @param name in lower case; that of a subcommand begins with its container's: {@code client|kill}
 * @param arity the number of arguments, the name included; the minimum if negative
 * @param flags by their names in Redis
 * @param keys which arguments are keys
 * @param since the Redis version that introduced the command
 * @param group the group under which Redis documents it
 * @param summary one sentence
 */
record CommandSpec(
        String name, int arity, List<String> flags, KeyPositions keys, String since, String group, String summary) {
    private static final String READ_ONLY = "readonly";

    boolean accepts(int argumentCount) {
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }

    /** Whether the command only reads. A read without a reply is skipped: no queue of replies would bound its loads. */
    boolean isReadOnly() {
        return flags.contains(READ_ONLY);
    }
}
