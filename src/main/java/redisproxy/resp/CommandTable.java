package redisproxy.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the proxy by name, and the one way in which a request is executed. Immutable and thread-safe.
 *
 * <p>{@link #execute} finds the command or subcommand that a request names, checks what must hold before it runs, then
 * calls its handler.
 */
final class CommandTable {
    /** A longer word names no command, and is not worth a string. */
    private static final int MAX_NAME_LENGTH = 32;

    private final Map<String, Command> byName = new TreeMap<>();
    private final PortFigures figures;
    private final Passing passing;
    private final Permissions permissions;
    private final Map<Command, CommandFigures> byCommand = new HashMap<>();

    /**
     * Makes the table of these commands, of those that concern one connection, and of ACL and COMMAND, which describe them all.
     * Requests are counted in {@code figures}, {@code logins} says who the clients are, and
     * {@code passing} takes what is none of these.
     */
    static CommandTable of(PortFigures figures, Logins logins, Passing passing, KeyCommands keys, Command... others) {
        List<Command> commands = new ArrayList<>();
        commands.addAll(new HandshakeCommands(logins, passing.version()).all());
        commands.addAll(ConnectionCommands.all(logins, passing));
        commands.addAll(keys.all());
        commands.addAll(InvalidationChannel.commands());
        commands.addAll(List.of(others));
        return new CommandTable(figures, logins, passing, commands);
    }

    private CommandTable(PortFigures figures, Logins logins, Passing passing, List<Command> commands) {
        this.figures = figures;
        this.passing = passing;
        this.permissions = new Permissions(logins);
        commands.forEach(this::add);
        CommandDocs docs = new CommandDocs();
        AllCommands described = new AllCommands(byName, docs, passing.inPlaceOfProxy());
        add(new AclCommand(byName, logins, passing.inPlaceOfProxy(), described).command());
        add(new CommandCommand(byName, docs, described).command());
    }

    /** Returns all commands that are no subcommands, in the order of their names. */
    Collection<Command> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    private void add(Command command) {
        byName.put(command.spec().name(), command);
        count(command);
        command.subcommands().forEach(this::count);
    }

    private void count(Command command) {
        byCommand.put(command, figures.of(command.spec().name()));
    }

    /**
     * Executes a request of at least one argument. The invocation then has its reply, or has taken one for later, or knows how
     * to go on.
     */
    void execute(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        String name = name(arguments);
        Command command = byName.get(name.toLowerCase(Locale.ROOT));
        if (command == null) {
            byte[] refusal = InvalidationChannel.refusal(invocation.session(), name.toLowerCase(Locale.ROOT));
            if (refusal == null) {
                passing.take(invocation, /* isForeign= */ true, () -> refuseUnknown(name, invocation));
            } else {
                invocation.refuse(refusal);
            }
            return;
        }
        if (InvalidationChannel.isOfRedis(command.spec(), invocation)) {
            passing.take(invocation, /* isForeign= */ false, () -> run(command, invocation));
            return;
        }
        Command subcommand = command.spec().accepts(arguments.count()) ? command.subcommand(arguments) : null;
        if (subcommand == null) {
            if (isUnknownSubcommand(command, arguments)) {
                passing.take(invocation, /* isForeign= */ false, () -> run(command, invocation));
            } else {
                run(command, invocation);
            }
            return;
        }
        if (!subcommand.spec().accepts(arguments.count())) {
            // CLIENT LIST then shows the container as the last command.
            invocation.session().executing(command.spec().name());
        }
        run(subcommand, invocation);
    }

    /**
     * Returns how a request is refused of which not all has arrived, since it is too large by what it announces; null if more of it is
     * needed to tell, or if it is not too large.
     */
    @Nullable
    TooLargeRequest tooLarge(RequestParser incomplete, Session session) {
        if (incomplete.count() == 0 || session.own.isActive()) {
            return null;
        }
        Command command = byName.get(name(incomplete).toLowerCase(Locale.ROOT));
        if (command != null && !command.subcommands().isEmpty()) {
            command = command.subcommand(incomplete);
        }
        if (command == null
                || !command.spec().accepts(incomplete.announcedCount())
                || InvalidationChannel.mayBeOfRedis(command.spec(), session)) {
            return null;
        }
        CommandSpec spec = command.spec();
        byte[] refusal = RequestBounds.refusalOfIncomplete(spec, incomplete);
        if (refusal == null || passing.mayTakeOfWholeRedis(spec.name())) {
            return null;
        }
        byte[] noPermission = permissions.refusal(command, session);
        return new TooLargeRequest(
                byCommand.getOrDefault(command, figures.unknown()),
                noPermission == null ? refusal : noPermission,
                incomplete);
    }

    /** Returns the name that a request begins with, or an empty one if it is longer than any. */
    private static String name(Arguments arguments) {
        return arguments.length(0) > MAX_NAME_LENGTH ? "" : arguments.text(0);
    }

    private static boolean isUnknownSubcommand(Command command, Arguments arguments) {
        return !command.subcommands().isEmpty() && arguments.count() > 1;
    }

    private void run(Command command, Invocation invocation) {
        CommandSpec spec = command.spec();
        if (passing.takeOfWholeRedis(spec.name(), invocation)) {
            return;
        }
        Session session = invocation.session();
        invocation.countAs(
                byCommand.getOrDefault(command, figures.unknown()), spec.keys().first());
        if (!spec.accepts(invocation.arguments().count())) {
            invocation.refuse(CommandErrors.wrongArity(spec.name()));
            return;
        }
        byte[] refusal = permissions.refusal(command, session);
        if (refusal == null) {
            refusal = InvalidationChannel.refusal(session, spec.name());
        }
        if (refusal == null) {
            refusal = RequestBounds.refusal(spec, invocation.arguments());
        }
        if (refusal != null) {
            invocation.refuse(refusal);
        } else if (Permissions.minds(session.principal(), spec)) {
            permissions.executeMindingKeys(command, invocation, () -> begin(command, invocation));
        } else {
            begin(command, invocation);
        }
    }

    private void begin(Command command, Invocation invocation) {
        Command.Detour detour = command.detour();
        if (detour == null || invocation.session().state.isSubscribed()) {
            execute(command, invocation);
            return;
        }
        passing.whenCommandsAreTold(invocation, () -> {
            if (!detour.take(invocation)) {
                execute(command, invocation);
            }
        });
    }

    private void execute(Command command, Invocation invocation) {
        CommandSpec spec = command.spec();
        Session session = invocation.session();
        if (passing.overOwn().take(spec, invocation)) {
            return;
        }
        if (session.isHeard() || !(spec.isReadOnly() || Background.isQuestion(spec.name()))) {
            // A read without a reply is skipped: no client waits for it, and nothing would hold its sender back.
            if (passing.takeRead(spec, invocation)) {
                return;
            }
            session.executing(spec.name());
            if (Background.holds(spec.name())) {
                invocation.inBackground(command);
            } else {
                command.handler().execute(invocation);
            }
        }
    }

    private void refuseUnknown(String name, Invocation invocation) {
        Arguments arguments = invocation.arguments();
        String reason = NotServed.reason(name);
        invocation.countAs(figures.unknown(), /* firstKey= */ 0);
        invocation.refuse(
                reason == null ? CommandErrors.unknownCommand(arguments) : CommandErrors.notServed(arguments, reason));
    }
}
