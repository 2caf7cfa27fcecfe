package redisproxy.upstream;

import org.jspecify.annotations.Nullable;

/** The commands of the backing server. Immutable and thread-safe. */
public interface CommandCatalog {
    /** Returns the command that a request names, the subcommand if it has any; null if the server is not known to have it. */
    @Nullable
    BackingCommand find(CommandArguments arguments);

    /** Returns whether the server has been asked for its commands. */
    boolean isKnown();
}
