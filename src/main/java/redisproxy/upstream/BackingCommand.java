package redisproxy.upstream;

import java.util.Set;

/** One command, or subcommand, of the backing server (redis.io, "COMMAND"). Immutable and thread-safe. */
public interface BackingCommand {
    /** Returns its name in lower case; that of a subcommand begins with its container's: {@code config|get}. */
    String name();

    /** Returns the number of arguments, the name included; the minimum if negative. */
    int arity();

    /** Returns its flags by their names in Redis: {@code write}, {@code readonly}, {@code blocking}, ... */
    Set<String> flags();

    /** Returns its ACL categories, without the at sign. */
    Set<String> categories();

    /** Returns the keys of a request, whose arity has been checked. Does not block. */
    CommandKeys keys(CommandArguments arguments);
}
