package redisproxy.auth;

/** A command or subcommand, as rules name it. Implementations are immutable; no method allocates. */
public interface NamedCommand {
    /** Returns the name in lower case; that of a subcommand begins with its container's: {@code client|kill}. */
    String name();

    /** Returns whether it is in this category of Redis, which is named without the at sign. */
    boolean isIn(String category);
}
