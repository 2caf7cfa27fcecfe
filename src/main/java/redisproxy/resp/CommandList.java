package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Glob;

/** COMMAND LIST with its filters (redis.io, "COMMAND LIST"). Thread-safe. */
final class CommandList implements Command.Handler {
    private static final int FILTERED = 5;

    private final Map<String, Command> byName;

    /** Makes the handler; {@code byName} is read when it is executed. */
    CommandList(Map<String, Command> byName) {
        this.byName = byName;
    }

    @Override
    public void execute(Invocation invocation) {
        Predicate<CommandSpec> filter = filter(invocation.arguments());
        if (filter == null) {
            invocation.reply(CommandErrors.syntax());
            return;
        }
        List<String> names = new ArrayList<>();
        add(byName.values(), filter, names);
        invocation.reply(invocation.encoder().bulks(names));
    }

    static void add(Collection<Command> commands, Predicate<CommandSpec> filter, List<String> names) {
        for (Command each : commands) {
            if (filter.test(each.spec())) {
                names.add(each.spec().name());
            }
            add(each.subcommands(), filter, names);
        }
    }

    /** Returns the filter that the arguments name, or null if they are none. */
    static @Nullable Predicate<CommandSpec> filter(Arguments arguments) {
        if (arguments.count() == 2) {
            return spec -> true;
        }
        if (arguments.count() != FILTERED || !arguments.text(2).equalsIgnoreCase("FILTERBY")) {
            return null;
        }
        String wanted = arguments.text(4);
        return switch (arguments.text(3).toUpperCase(Locale.ROOT)) {
            case "ACLCAT" -> ofCategory(wanted.toLowerCase(Locale.ROOT));
            // There are no modules.
            case "MODULE" -> spec -> false;
            case "PATTERN" -> like(new Glob(wanted, /* ignoresCase= */ true));
            default -> null;
        };
    }

    private static Predicate<CommandSpec> ofCategory(String category) {
        return spec -> spec.allCategories().contains(category);
    }

    private static Predicate<CommandSpec> like(Glob pattern) {
        return spec -> pattern.matches(spec.name());
    }
}
