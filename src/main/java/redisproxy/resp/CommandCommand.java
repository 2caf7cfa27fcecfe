package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** COMMAND, which describes the commands of the proxy (redis.io, "COMMAND"). Thread-safe. */
final class CommandCommand {
    private static final String ANY_ORDER = "nondeterministic_output_order";

    private final Map<String, Command> byName;
    private final CommandNames names;
    private final CommandDocs docs;
    private final AllCommands all;

    /** Makes the command; {@code byName} is read when it is executed. */
    CommandCommand(Map<String, Command> byName, CommandDocs docs, AllCommands all) {
        this.byName = byName;
        this.names = new CommandNames(byName);
        this.docs = docs;
        this.all = all;
    }

    Command command() {
        CommandSpec spec = new CommandSpec(
                        "command",
                        -1,
                        List.of("loading", "stale"),
                        KeyPositions.NONE,
                        "2.8.13",
                        "server",
                        "Describes the commands that this proxy has.")
                .withCategories("connection")
                .withTips(ANY_ORDER);
        return new Container(spec)
                .with("COUNT", 2, "COUNT", "Return the total number of commands.", this::count)
                .detour(all::count)
                .with("DOCS", -2, "DOCS [<command-name> ...]", "Return documentation of commands.", this::docs)
                .detour(all::docs)
                .since("7.0.0")
                .tips(ANY_ORDER)
                .with(
                        "GETKEYS",
                        -4,
                        "GETKEYS <full-command>",
                        "Return the keys from a full command.",
                        new CommandKeys(byName, /* withFlags= */ false))
                .detour(all::keys)
                .with(
                        "GETKEYSANDFLAGS",
                        -4,
                        "GETKEYSANDFLAGS <full-command>",
                        "Return the keys and the access flags from a full command.",
                        new CommandKeys(byName, /* withFlags= */ true))
                .since("7.0.0")
                .detour(all::keys)
                .with("INFO", -2, "INFO [<command-name> ...]", "Return details about commands.", this::info)
                .detour(all::info)
                .tips(ANY_ORDER)
                .with(
                        "LIST",
                        -2,
                        "LIST [FILTERBY (MODULE <module-name>|ACLCAT <category>|PATTERN <pattern>)]",
                        "Return a list of all commands.",
                        new CommandList(byName))
                .detour(all::list)
                .since("7.0.0")
                .tips(ANY_ORDER)
                .buildWith(invocation -> info(byName.values(), invocation))
                .withDetour(all::whole);
    }

    private void count(Invocation invocation) {
        invocation.integer(byName.size());
    }

    private void docs(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Collection<Command> described = byName.values();
        if (arguments.count() > 2) {
            described = new ArrayList<>();
            for (int i = 2; i < arguments.count(); i++) {
                Command named = names.find(arguments, i);
                if (named != null) {
                    described.add(named);
                }
                invocation.step();
            }
        }
        ReplyParts reply = new ReplyParts(1 + described.size());
        reply.add(invocation.encoder().map(described.size()).toBytes());
        for (Command each : described) {
            reply.add(docs.document(each, invocation.session().isResp3()));
            invocation.step();
        }
        invocation.reply(reply);
    }

    private void info(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() == 2) {
            info(byName.values(), invocation);
            return;
        }
        List<@Nullable Command> named = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            named.add(names.find(arguments, i));
        }
        info(named, invocation);
    }

    private static void info(Collection<? extends @Nullable Command> commands, Invocation invocation) {
        ReplyBuilder reply = invocation.encoder().array(commands.size());
        for (Command each : commands) {
            if (each == null) {
                reply.nil();
            } else {
                CommandDescription.encode(each, reply);
            }
            invocation.step();
        }
        invocation.reply(reply);
    }
}
