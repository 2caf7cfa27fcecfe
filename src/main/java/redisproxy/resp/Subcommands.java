package redisproxy.resp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The subcommands of a container command such as CLIENT; answers HELP by itself. */
final class Subcommands implements Command.LaterHandler {
    private final String container;
    private final Map<String, Subcommand> byName = new LinkedHashMap<>();

    private record Subcommand(int arity, List<String> help, Command.LaterHandler handler) {}

    Subcommands(String container) {
        this.container = container;
    }

    /** Adds a subcommand; {@code arity} counts the container's name too, and is a minimum if negative. */
    Subcommands with(String name, int arity, String usage, String summary, Command.Handler handler) {
        return withLater(name, arity, usage, summary, handler.atOnce());
    }

    /** Adds a subcommand whose reply may have to wait. */
    Subcommands withLater(String name, int arity, String usage, String summary, Command.LaterHandler handler) {
        byName.put(name, new Subcommand(arity, List.of(usage, "    " + summary), handler));
        return this;
    }

    @Override
    public byte @Nullable [] execute(Session session, Arguments arguments, Supplier<Reply> later) {
        String given = arguments.text(1);
        String name = given.toUpperCase(Locale.ROOT);
        if (name.equals("HELP") && arguments.count() == 2) {
            return help();
        }
        Subcommand subcommand = byName.get(name);
        if (subcommand == null) {
            return CommandErrors.unknownSubcommand(container, given);
        }
        String fullName = container + "|" + name.toLowerCase(Locale.ROOT);
        int arity = subcommand.arity();
        if (arity >= 0 ? arguments.count() != arity : arguments.count() < -arity) {
            return CommandErrors.wrongArity(fullName);
        }
        session.executing(fullName);
        return subcommand.handler().execute(session, arguments, later);
    }

    int size() {
        return byName.size();
    }

    /** Tells {@code visitor} the full name of each subcommand, and what it does. */
    void forEach(BiConsumer<String, String> visitor) {
        byName.forEach((name, subcommand) -> visitor.accept(
                container + "|" + name.toLowerCase(Locale.ROOT),
                subcommand.help().get(1).strip()));
    }

    private byte[] help() {
        List<String> lines = new ArrayList<>();
        lines.add(container.toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        byName.values().forEach(subcommand -> lines.addAll(subcommand.help()));
        lines.add("HELP");
        lines.add("    Print this help.");
        return new ReplyBuilder(false).simples(lines).toBytes();
    }
}
