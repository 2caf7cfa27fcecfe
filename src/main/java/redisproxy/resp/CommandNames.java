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

    /** Returns the command, or the subcommand of a name such as {@code client|list}; null if there is none. */
    @Nullable
    Command find(Arguments arguments, int index) {
        if (arguments.length(index) > MAX_LENGTH) {
            return null;
        }
        String name = arguments.text(index).toLowerCase(Locale.ROOT);
        int bar = name.indexOf('|');
        if (bar < 0) {
            return byName.get(name);
        }
        Command container = byName.get(name.substring(0, bar));
        return container == null ? null : container.subcommand(name.substring(bar + 1));
    }
}
