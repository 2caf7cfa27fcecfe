package redisproxy.resp;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command or subcommand: a specification, and the handler that executes it. Immutable and thread-safe. */
final class Command {
    /** A longer word names no subcommand, and is not worth a string. */
    private static final int MAX_NAME_LENGTH = 32;

    private final CommandSpec spec;
    private final Handler handler;
    private final Map<String, Command> subcommands;
    private final boolean isForEverybody;
    private final @Nullable Detour detour;

    /** Executes a request whose number of arguments has been checked. */
    @FunctionalInterface
    interface Handler {
        /** Replies to the invocation once, at once or later. Never blocks. */
        void execute(Invocation invocation);
    }

    /** Has Redis answer a request, where that is better than an answer of the proxy. */
    @FunctionalInterface
    interface Detour {
        /**
         * Passes a request on whose number of arguments has been checked, or refuses it; returns false if the handler is to execute it. Never
         * blocks.
         */
        boolean take(Invocation invocation);
    }

    Command(CommandSpec spec, Handler handler) {
        this(spec, handler, Map.of());
    }

    /**
     * Makes a container of subcommands.
     *
     * @param handler executes the requests that name none of the subcommands
     * @param subcommands by their own names in upper case; iterates in the order of their documentation
     */
    Command(CommandSpec spec, Handler handler, Map<String, Command> subcommands) {
        this(spec, handler, subcommands, /* detour= */ null);
    }

    private Command(CommandSpec spec, Handler handler, Map<String, Command> subcommands, @Nullable Detour detour) {
        this.spec = spec;
        this.handler = handler;
        this.subcommands = subcommands;
        this.isForEverybody = spec.needsNoLogin();
        this.detour = detour;
    }

    CommandSpec spec() {
        return spec;
    }

    Handler handler() {
        return handler;
    }

    /** Returns the same command, whose requests may be answered by Redis. */
    Command withDetour(@Nullable Detour taken) {
        return new Command(spec, handler, subcommands, taken);
    }

    Command withSpec(CommandSpec other) {
        return new Command(other, handler, subcommands, detour);
    }

    /** Returns what has Redis answer requests, or null. */
    @Nullable
    Detour detour() {
        return detour;
    }

    /** Whether it may be executed without a login, and by every user. */
    boolean isForEverybody() {
        return isForEverybody;
    }

    /** Whether it does nothing but contain others. */
    boolean isContainerOnly() {
        return !subcommands.isEmpty() && !spec.accepts(1);
    }

    Collection<Command> subcommands() {
        return subcommands.values();
    }

    /** Returns the subcommand that the first argument names, or null. */
    @Nullable
    Command subcommand(Arguments arguments) {
        return subcommands.isEmpty() || arguments.count() < 2 || arguments.length(1) > MAX_NAME_LENGTH
                ? null
                : subcommand(arguments.text(1));
    }

    /** Returns the subcommand of this name, in upper or lower case, or null. */
    @Nullable
    Command subcommand(String name) {
        return subcommands.get(name.toUpperCase(Locale.ROOT));
    }
}
