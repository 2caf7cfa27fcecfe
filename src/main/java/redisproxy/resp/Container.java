package redisproxy.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Builds a command that contains subcommands, such as CLIENT. The command answers HELP by itself. */
final class Container {
    private final CommandSpec spec;
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private final List<String> help = new ArrayList<>();

    Container(CommandSpec spec) {
        this.spec = spec;
        help.add(spec.name().toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    }

    /**
     * Adds a subcommand.
     *
     * @param name in upper case
     * @param arity the number of arguments, both names included; the minimum if negative
     * @param usage how HELP shows it
     * @param summary one sentence
     */
    Container with(String name, int arity, String usage, String summary, Command.Handler handler) {
        CommandSpec subcommand = new CommandSpec(
                spec.name() + "|" + name.toLowerCase(Locale.ROOT),
                arity,
                spec.flags(),
                KeyPositions.NONE,
                spec.since(),
                spec.group(),
                summary);
        subcommands.put(name, new Command(subcommand, handler));
        help.add(usage);
        help.add("    " + summary);
        return this;
    }

    Command build() {
        return new Command(spec, this::helpOrRefuse, subcommands);
    }

    /** Builds a command that may also be called without a subcommand. */
    Command buildWith(Command.Handler withoutSubcommand) {
        Command.Handler handler = invocation -> {
            if (invocation.arguments().count() == 1) {
                withoutSubcommand.execute(invocation);
            } else {
                helpOrRefuse(invocation);
            }
        };
        return new Command(spec, handler, subcommands);
    }

    private void helpOrRefuse(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        String given = arguments.text(1);
        if (given.equalsIgnoreCase("HELP") && arguments.count() == 2) {
            List<String> lines = new ArrayList<>(help);
            lines.add("HELP");
            lines.add("    Print this help.");
            invocation.reply(invocation.encoder().simples(lines));
        } else {
            invocation.reply(CommandErrors.unknownSubcommand(spec.name(), given));
        }
    }
}
