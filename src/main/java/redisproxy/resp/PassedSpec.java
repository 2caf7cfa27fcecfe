package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.NamedCommand;
import redisproxy.upstream.BackingCommand;
import redisproxy.upstream.CommandArguments;
import redisproxy.upstream.CommandKeys;

/** A command of Redis, as it is passed on. Immutable and thread-safe. */
final class PassedSpec implements NamedCommand {
    private static final CommandKeys ANY = new CommandKeys(List.of(), /* isComplete= */ false);

    private static final Set<String> OF_MORE_DATABASES = Set.of("copy", "flushall", "move", "swapdb");

    private final String name;
    private final @Nullable BackingCommand command;

    /** Null unless the server has not told of it, and is not known to have it all the same. */
    private final UntoldCommands.@Nullable Settlement settlement;

    private final boolean isRepeatable;
    private final boolean isScripting;

    /** Whether it writes keys, which it may not name. */
    private final boolean writesKeys;

    /** Null if it depends on the request. */
    private final @Nullable Way way;

    /** What it has been told by the request. */
    private record Words(Arguments arguments, int start) implements CommandArguments {
        @Override
        public int count() {
            return arguments.count() - start;
        }

        @Override
        public byte[] bytes(int index) {
            return arguments.bytes(start + index);
        }
    }

    private record Word(String name) implements CommandArguments {
        @Override
        public int count() {
            return 1;
        }

        @Override
        public byte[] bytes(int index) {
            return name.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * Makes a command.
     *
     * @param name in lower case; that of a subcommand begins with its container's
     * @param command what the server has told of it
     */
    PassedSpec(String name, BackingCommand command) {
        this(name, command, /* settlement= */ null);
    }

    /**
     * Makes one that the server has not told of.
     *
     * @param settlement says what a request has done; null if the server has the command all the same: then it may write any key
     */
    static PassedSpec untold(String name, UntoldCommands.@Nullable Settlement settlement) {
        return new PassedSpec(name, /* command= */ null, settlement);
    }

    private PassedSpec(String name, @Nullable BackingCommand command, UntoldCommands.@Nullable Settlement settlement) {
        this.name = name;
        this.command = command;
        this.settlement = settlement;
        this.isRepeatable = command != null && command.flags().contains("readonly");
        this.isScripting = isIn("scripting");
        this.writesKeys = command != null && command.flags().contains("write") && !name.startsWith("function|");
        this.way = Way.always(command, name);
    }

    static CommandArguments words(Arguments arguments) {
        return words(arguments, /* start= */ 0);
    }

    /** Returns a request that is part of another one, from argument {@code start} on. */
    static CommandArguments words(Arguments arguments, int start) {
        return new Words(arguments, start);
    }

    /** Returns a request of one word. */
    static CommandArguments word(String name) {
        return new Word(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Nullable
    BackingCommand command() {
        return command;
    }

    /** Returns the way of a request. */
    Way way(Arguments arguments) {
        return way == null ? Way.of(arguments) : way;
    }

    @Override
    public boolean isIn(String category) {
        return command != null && command.categories().contains(category);
    }

    boolean accepts(int argumentCount) {
        int arity = command == null ? -1 : command.arity();
        return arity >= 0 ? argumentCount == arity : argumentCount >= -arity;
    }

    /** Returns what settles what a request has done, or null if that is known before it is sent. */
    UntoldCommands.@Nullable Settlement settlement() {
        return settlement;
    }

    /** Returns the keys of a request whose number of arguments is accepted. */
    CommandKeys keys(Arguments arguments) {
        return keys(arguments, /* start= */ 0);
    }

    /** Does so for a request that begins at argument {@code start}; the keys are counted from there. */
    CommandKeys keys(Arguments arguments, int start) {
        return command == null ? ANY : command.keys(words(arguments, start));
    }

    /**
     * Whether the user may have to be allowed all keys: a script may touch others than it declares, MONITOR shows those of everybody, and
     * commands of Redis say no more.
     */
    boolean needsAllKeys(CommandKeys keys) {
        return !keys.isComplete() || isScripting || name.equals(OwnCommands.MONITOR);
    }

    /** Whether it does no harm if it is executed twice. */
    boolean isRepeatable() {
        return isRepeatable;
    }

    /** Whether it concerns the selected database alone. Scripts may select another one. */
    boolean staysInDatabase() {
        return command != null && !isScripting && !OF_MORE_DATABASES.contains(name);
    }

    /** Whether it may write keys that its arguments do not name. Libraries of functions are no keys. */
    boolean writesAny(CommandKeys keys) {
        if (command == null || isRepeatable) {
            return command == null && settlement == null;
        }
        return (writesKeys && keys.keys().isEmpty()) || !keys.hasAllWritten();
    }
}
