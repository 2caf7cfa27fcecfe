package redisproxy.resp;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command as COMMAND INFO and COMMAND DOCS describe it (redis.io, "COMMAND"), and what executes it.
 *
 * @param name lower case
 * @param arity how many arguments it takes, its name included; at least so many if negative
 * @param flags as Redis names them
 * @param keys how many keys it has, from the first argument on: none, one, or all arguments if negative
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
        LaterHandler handler) {

    /** Executes a request whose number of arguments has been checked. */
    @FunctionalInterface
    interface Handler {
        /** Returns the encoded reply. */
        byte[] execute(Session session, Arguments arguments);

        /** Returns what executes the same where replies may have to wait. */
        default LaterHandler atOnce() {
            return (session, arguments, later) -> execute(session, arguments);
        }
    }

    /** Executes a request whose reply may have to wait. */
    @FunctionalInterface
    interface LaterHandler {
        /** Returns the encoded reply, or null if it has been taken from {@code later} and will be filled in. */
        byte @Nullable [] execute(Session session, Arguments arguments, Supplier<Reply> later);
    }

    /** Makes a command whose reply never waits. */
    Command(
            String name,
            int arity,
            List<String> flags,
            int keys,
            String since,
            String group,
            String summary,
            Handler handler) {
        this(name, arity, flags, keys, since, group, summary, handler.atOnce());
    }

    boolean accepts(int argumentCount) {
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }
}
