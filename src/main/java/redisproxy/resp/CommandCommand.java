package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** COMMAND, which describes the commands of the proxy (redis.io, "COMMAND"). Thread-safe. */
final class CommandCommand {
    private final Map<String, Command> byName;

    /** Makes the command; {@code byName} is read when it is executed. */
    CommandCommand(Map<String, Command> byName) {
        this.byName = byName;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                "command",
                -1,
                List.of("loading", "stale"),
                KeyPositions.NONE,
                "2.8.13",
                "server",
                "Describes the commands that this proxy has.");
        return new Container(spec)
                .with("COUNT", 2, "COUNT", "Return the total number of commands.", this::count)
                .with("DOCS", -2, "DOCS [<command-name> ...]", "Return documentation of commands.", this::docs)
                .with("INFO", -2, "INFO [<command-name> ...]", "Return details about commands.", this::info)
                .with("LIST", 2, "LIST", "Return a list of all commands.", this::list)
                .buildWith(invocation -> info(byName.values(), invocation));
    }

    private void count(Invocation invocation) {
        invocation.integer(byName.size());
    }

    private void list(Invocation invocation) {
        invocation.reply(invocation.encoder().bulks(byName.keySet()));
    }

    private void docs(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Collection<Command> described = byName.values();
        if (arguments.count() > 2) {
            described = new ArrayList<>();
            for (int i = 2; i < arguments.count(); i++) {
                Command named = named(arguments, i);
                if (named != null) {
                    described.add(named);
                }
            }
        }
        ReplyBuilder reply = invocation.encoder().map(described.size());
        described.forEach(each -> document(each, reply));
        invocation.reply(reply);
    }

    private static void document(Command command, ReplyBuilder reply) {
        CommandSpec spec = command.spec();
        boolean isContainer = !command.subcommands().isEmpty();
        reply.bulk(spec.name()).map(isContainer ? 4 : 3);
        reply.bulk("summary").bulk(spec.summary());
        reply.bulk("since").bulk(spec.since());
        reply.bulk("group").bulk(spec.group());
        if (isContainer) {
            reply.bulk("subcommands").map(command.subcommands().size());
            command.subcommands().forEach(each -> document(each, reply));
        }
    }

    private void info(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() == 2) {
            info(byName.values(), invocation);
            return;
        }
        List<@Nullable Command> named = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            named.add(named(arguments, i));
        }
        info(named, invocation);
    }

    private static void info(Collection<? extends @Nullable Command> commands, Invocation invocation) {
        ReplyBuilder reply = invocation.encoder().array(commands.size());
        for (Command each : commands) {
            if (each == null) {
                reply.nil();
            } else {
                describe(each.spec(), reply);
            }
        }
        invocation.reply(reply);
    }

    /** Encodes ten fields; the last four (ACL categories, tips, key specifications, subcommands) are empty. */
    private static void describe(CommandSpec spec, ReplyBuilder reply) {
        reply.array(10).bulk(spec.name()).integer(spec.arity());
        reply.set(spec.flags().size());
        spec.flags().forEach(reply::simple);
        KeyPositions keys = spec.keys();
        reply.integer(keys.first()).integer(keys.last()).integer(keys.step());
        reply.set(0).array(0).array(0).array(0);
    }

    private @Nullable Command named(Arguments arguments, int index) {
        return byName.get(arguments.text(index).toLowerCase(Locale.ROOT));
    }
}
