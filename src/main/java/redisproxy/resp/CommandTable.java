package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The commands there are, and COMMAND, which describes them. Immutable. */
final class CommandTable {
    /** Longer words are no command, and are not worth a string. */
    private static final int MAX_NAME_LENGTH = 32;

    private final Map<String, Command> byName;

    CommandTable(ClientCommands client, ServerCommands server, KeyCommands keys, CacheCommands cache) {
        List<Command> commands = new ArrayList<>(ConnectionCommands.all());
        commands.addAll(keys.all());
        commands.add(cache.cache());
        commands.add(client.client());
        commands.add(server.info());
        commands.add(server.config());
        commands.add(get());
        commands.add(command());
        byName = commands.stream().collect(Collectors.toMap(Command::name, each -> each, (a, b) -> a, TreeMap::new));
    }

    /**
     * Returns the reply to any request but a well-formed GET, which is the connection's own business; or null if it has
     * been taken from {@code later} and will be filled in.
     */
    byte @Nullable [] execute(Session session, Arguments arguments, Supplier<Reply> later) {
        String name = arguments.length(0) > MAX_NAME_LENGTH ? "" : arguments.text(0);
        Command command = find(name);
        if (command == null) {
            String reason = NotServed.reason(name);
            return reason == null
                    ? CommandErrors.unknownCommand(arguments)
                    : CommandErrors.notServed(arguments, reason);
        }
        if (!command.accepts(arguments.count())) {
            return CommandErrors.wrongArity(command.name());
        }
        session.executing(command.name());
        return command.handler().execute(session, arguments, later);
    }

    static boolean isGet(Arguments arguments) {
        return arguments.count() == 2 && isWord(arguments, 'g', 'e', 't');
    }

    static boolean isQuit(Arguments arguments) {
        return arguments.length(0) == 4 && arguments.text(0).equalsIgnoreCase("quit");
    }

    private static boolean isWord(Arguments arguments, char first, char second, char third) {
        byte[] array = arguments.array();
        int at = arguments.offset(0);
        return arguments.length(0) == 3
                && (array[at] | 0x20) == first
                && (array[at + 1] | 0x20) == second
                && (array[at + 2] | 0x20) == third;
    }

    private @Nullable Command find(String name) {
        return byName.get(name.toLowerCase(Locale.ROOT));
    }

    private static Command get() {
        return new Command(
                "get",
                2,
                List.of("readonly", "fast"),
                1,
                "1.0.0",
                "string",
                "Returns the string value of a key, from the cache or through it.",
                (session, arguments) -> {
                    throw new IllegalStateException("GET is executed by the connection");
                });
    }

    private Command command() {
        Command.LaterHandler subcommands = new Subcommands("command")
                .with("COUNT", 2, "COUNT", "Return the total number of commands.", this::count)
                .with("DOCS", -2, "DOCS [<command-name> ...]", "Return documentation of commands.", this::docs)
                .with("INFO", -2, "INFO [<command-name> ...]", "Return details about commands.", this::info)
                .with("LIST", 2, "LIST", "Return a list of all commands.", this::list);
        return new Command(
                "command",
                -1,
                List.of("loading", "stale"),
                0,
                "2.8.13",
                "server",
                "Describes the commands that this proxy has.",
                (session, arguments, later) -> arguments.count() == 1
                        ? infoOf(byName.values(), session)
                        : subcommands.execute(session, arguments, later));
    }

    private byte[] count(Session session, Arguments arguments) {
        return new ReplyBuilder(false).integer(byName.size()).toBytes();
    }

    private byte[] list(Session session, Arguments arguments) {
        return new ReplyBuilder(session.isResp3()).bulks(byName.keySet()).toBytes();
    }

    private byte[] docs(Session session, Arguments arguments) {
        Collection<Command> described = byName.values();
        if (arguments.count() > 2) {
            described = new ArrayList<>();
            for (int i = 2; i < arguments.count(); i++) {
                Command named = find(arguments.text(i));
                if (named != null) {
                    described.add(named);
                }
            }
        }
        ReplyBuilder reply = new ReplyBuilder(session.isResp3()).map(described.size());
        for (Command each : described) {
            describe(each, each.name(), each.summary(), reply);
        }
        return reply.toBytes();
    }

    private static void describe(Command command, String name, String summary, ReplyBuilder reply) {
        boolean isContainer = command.name().equals(name) && command.handler() instanceof Subcommands;
        reply.bulk(name).map(isContainer ? 4 : 3);
        reply.bulk("summary").bulk(summary);
        reply.bulk("since").bulk(command.since());
        reply.bulk("group").bulk(command.group());
        if (isContainer) {
            Subcommands subcommands = (Subcommands) command.handler();
            reply.bulk("subcommands").map(subcommands.size());
            subcommands.forEach((fullName, does) -> describe(command, fullName, does, reply));
        }
    }

    private byte[] info(Session session, Arguments arguments) {
        if (arguments.count() == 2) {
            return infoOf(byName.values(), session);
        }
        List<@Nullable Command> named = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            named.add(find(arguments.text(i)));
        }
        return infoOf(named, session);
    }

    private static byte[] infoOf(Collection<? extends @Nullable Command> commands, Session session) {
        ReplyBuilder reply = new ReplyBuilder(session.isResp3()).array(commands.size());
        for (Command each : commands) {
            if (each == null) {
                reply.nil();
            } else {
                describe(each, reply);
            }
        }
        return reply.toBytes();
    }

    /** The ten fields of redis.io, "COMMAND": the last four (ACL categories, tips, key specs, subcommands) are empty. */
    private static void describe(Command command, ReplyBuilder reply) {
        reply.array(10).bulk(command.name()).integer(command.arity());
        reply.set(command.flags().size());
        command.flags().forEach(reply::simple);
        boolean hasKeys = command.keys() != 0;
        reply.integer(hasKeys ? 1 : 0).integer(command.keys()).integer(hasKeys ? 1 : 0);
        reply.set(0).array(0).array(0).array(0);
    }
}
