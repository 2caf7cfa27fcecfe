package redisproxy.resp;

import java.util.List;

/**
 * A command as COMMAND INFO and COMMAND DOCS describe it (redis.io, "COMMAND"), and what executes it.
 *
 * @param name lower case
 * @param arity how many arguments it takes, its name included; at least so many if negative
 * @param flags as Redis names them
 * @param keys how many keys it has: none, or one as the first argument
 * @param since the Redis version that introduced it
 * @param group the group it is documented under
 * @param summary one sentence
 * @param handler returns the encoded reply; does not block
 */
record Command(
        String name,
        int arity,
        List<String> flags,
        int keys,
        String since,
        String group,
        String summary,
        Handler handler) {

    /** Executes a request whose number of arguments has been checked. */
    @FunctionalInterface
    interface Handler {
        byte[] execute(Session session, Arguments arguments);
    }

    boolean accepts(int argumentCount) {
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }
}
