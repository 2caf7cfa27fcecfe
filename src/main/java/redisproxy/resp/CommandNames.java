package redisproxy.resp;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the command that an argument of COMMAND names. Thread-safe. */
final class CommandNames {
    /** The longest names are those of subcommands. */
    private static final int MAX_LENGTH = 64;

    private final Map<String, Command> byName;

    CommandNames(Map<String, Command> byName) {
        this.byName = byName;
    }

    /** Returns the command or subcommand that a request calls whose first word is at {@code index}; null if there is none. */
    @Nullable
    Command called(Arguments arguments, int index) {
        Command command = byName.get(word(arguments, index));
        if (command == null || command.subcommands().isEmpty() || index + 1 == arguments.count()) {
            return command;
        }
        return command.subcommand(word(arguments, index + 1));
    }

    /** Returns the command, or the subcommand of a name such as {@code client|list}; null if there is none. */
    @Nullable
    Command find(Arguments arguments, int index) {
        String name = word(arguments, index);
        int bar = name.indexOf('|');
        if (bar < 0) {
            return byName.get(name);
        }
        Command container = byName.get(name.substring(0, bar));
        return container == null ? null : container.subcommand(name.substring(bar + 1));
    }

    private static String word(Arguments arguments, int index) {
        return arguments.length(index) > MAX_LENGTH ? "" : arguments.text(index).toLowerCase(Locale.ROOT);
    }
}
