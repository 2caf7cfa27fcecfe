package redisproxy.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Builds a command that contains subcommands, such as CLIENT. The command answers HELP by itself. */
final class Container {
    private final CommandSpec spec;
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private final List<String> help = new ArrayList<>();
    private String last = "";
    private String helpSince = "5.0.0";

    /** Begins a container; its flags are those of its subcommands. */
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
                spec.categories(),
                List.of(),
                KeyPositions.NONE,
                spec.since(),
                spec.group(),
                summary);
        last = name;
        subcommands.put(name, new Command(subcommand, handler));
        help.add(usage);
        help.add("    " + summary);
        return this;
    }

    /** Says which Redis version introduced the subcommand added last, if it is not the container's. */
    Container since(String version) {
        return refine(added -> added.withSince(version));
    }

    /** Says which Redis version introduced HELP, if it is not 5.0.0. */
    Container helpSince(String version) {
        helpSince = version;
        return this;
    }

    /** Notes that the subcommand added last is for administrators. */
    Container admin() {
        return refine(added -> {
            List<String> flags = new ArrayList<>(added.flags());
            flags.add(0, "admin");
            return added.withFlags(flags);
        });
    }

    /** Says the flags of the subcommand added last, if they are not the container's. */
    Container flags(String... flags) {
        return refine(added -> added.withFlags(List.of(flags)));
    }

    /** Says which arguments of the subcommand added last are keys. */
    Container keys(KeyPositions keys) {
        return refine(added -> added.withKeys(keys));
    }

    /** Adds the tips of the subcommand added last. */
    Container tips(String... tips) {
        return refine(added -> added.withTips(tips));
    }

    /** Has Redis answer requests for the subcommand added last, where it is to. */
    Container detour(Command.Detour detour) {
        subcommands.computeIfPresent(last, (name, added) -> added.withDetour(detour));
        return this;
    }

    private Container refine(UnaryOperator<CommandSpec> change) {
        subcommands.computeIfPresent(last, (name, added) -> added.withSpec(change.apply(added.spec())));
        return this;
    }

    /** Builds a command that may not be called without a subcommand: its flags are those of its subcommands alone. */
    Command build() {
        addHelp();
        return new Command(spec.withFlags(List.of()).withCategories(), Container::refuse, subcommands);
    }

    /** Builds a command that may also be called without a subcommand. */
    Command buildWith(Command.Handler withoutSubcommand) {
        Command.Handler handler = invocation -> {
            if (invocation.arguments().count() == 1) {
                withoutSubcommand.execute(invocation);
            } else {
                refuse(invocation);
            }
        };
        addHelp();
        return new Command(spec, handler, subcommands);
    }

    private void addHelp() {
        List<String> lines = new ArrayList<>(help);
        lines.add("HELP");
        lines.add("    Print this help.");
        with(
                        "HELP",
                        2,
                        "HELP",
                        "Print this help.",
                        each -> each.reply(each.encoder().simples(lines)))
                .since(helpSince)
                .refine(added -> added.withFlags(List.of("loading", "stale")));
    }

    private static void refuse(Invocation invocation) {
        invocation.refuse(CommandErrors.unknownSubcommand(invocation.arguments()));
    }
}
