package redisproxy.resp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has Redis describe its commands, where clients may send them, and adds those that only the proxy has. If Redis does not tell its commands,
 * the proxy describes its own. Thread-safe; never blocks.
 */
final class AllCommands {
    /** Where names begin in COMMAND DOCS and COMMAND INFO, and the request in COMMAND GETKEYS. */
    private static final int NAMES = 2;

    private static final int MAX_NAME_LENGTH = 64;

    private final Map<String, Command> byName;
    private final CommandNames names;
    private final CommandDocs docs;
    private final InPlaceOfProxy redis;

    /** Makes it for the commands of the proxy; {@code byName} is read when a request is executed. */
    AllCommands(Map<String, Command> byName, CommandDocs docs, InPlaceOfProxy redis) {
        this.byName = byName;
        this.names = new CommandNames(byName);
        this.docs = docs;
        this.redis = redis;
    }

    /** COMMAND: whatever follows it is a subcommand that nobody knows. */
    boolean whole(Invocation invocation) {
        return invocation.arguments().count() == 1 && described(invocation, ownOnly());
    }

    boolean info(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() == NAMES) {
            return described(invocation, ownOnly());
        }
        if (!redis.isOn()) {
            return false;
        }
        Map<Integer, Command> own = new HashMap<>();
        for (int i = NAMES; i < arguments.count(); i++) {
            Command named = ownOnly(arguments, i);
            if (named != null) {
                own.put(i - NAMES, named);
            }
        }
        if (own.size() == arguments.count() - NAMES) {
            return false;
        }
        boolean isResp3 = invocation.session().isResp3();
        return redis.take(
                invocation,
                own.isEmpty() ? null : (reply, step) -> ReplyElements.replace(reply, encoded(own, isResp3), step));
    }

    private static Map<Integer, byte[]> encoded(Map<Integer, Command> commands, boolean isResp3) {
        // A request may name one many times.
        Map<Command, byte[]> encodings = new HashMap<>();
        Map<Integer, byte[]> encoded = new HashMap<>();
        commands.forEach((place, command) -> encoded.put(place, encodings.computeIfAbsent(command, each -> {
            ReplyBuilder description = new ReplyBuilder(isResp3);
            CommandDescription.encode(each, description);
            return description.toBytes();
        })));
        return encoded;
    }

    private boolean described(Invocation invocation, List<Command> added) {
        return take(invocation, added.size(), reply -> added.forEach(each -> CommandDescription.encode(each, reply)));
    }

    boolean docs(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        List<Command> added = arguments.count() == NAMES ? ownOnly() : ownOnly(arguments);
        // In RESP2 a map is a list of names and values.
        boolean isResp3 = invocation.session().isResp3();
        int more = isResp3 ? added.size() : 2 * added.size();
        return take(invocation, more, reply -> added.forEach(each -> reply.encoded(docs.document(each, isResp3))));
    }

    boolean count(Invocation invocation) {
        return take(invocation, ownOnly().size(), reply -> {});
    }

    boolean list(Invocation invocation) {
        Predicate<CommandSpec> filter = CommandList.filter(invocation.arguments());
        List<String> added = new ArrayList<>();
        if (filter != null) {
            CommandList.add(ownOnly(), filter, added);
        }
        return take(invocation, added.size(), reply -> added.forEach(reply::bulk));
    }

    /** ACL CAT. */
    boolean category(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        List<String> added = new ArrayList<>();
        if (arguments.count() > NAMES) {
            AclCommand.addNames(ownOnly(), arguments.text(NAMES).toLowerCase(Locale.ROOT), added);
        }
        return take(invocation, added.size(), reply -> added.forEach(reply::bulk));
    }

    /** COMMAND GETKEYS and COMMAND GETKEYSANDFLAGS. */
    boolean keys(Invocation invocation) {
        Command own = names.called(invocation.arguments(), NAMES);
        return (own == null || !isOwnOnly(own)) && take(invocation, 0, reply -> {});
    }

    private boolean take(Invocation invocation, int more, Consumer<ReplyBuilder> encoding) {
        if (!redis.isOn()) {
            return false;
        }
        boolean isResp3 = invocation.session().isResp3();
        return redis.take(
                invocation,
                more == 0 ? null : (reply, step) -> LongerReply.of(reply, more, encoded(encoding, isResp3)));
    }

    private static byte[] encoded(Consumer<ReplyBuilder> encoding, boolean isResp3) {
        ReplyBuilder added = new ReplyBuilder(isResp3);
        encoding.accept(added);
        return added.toBytes();
    }

    /** Returns the commands that only the proxy has. */
    private List<Command> ownOnly() {
        return byName.values().stream().filter(this::isOwnOnly).toList();
    }

    private List<Command> ownOnly(Arguments arguments) {
        List<Command> found = new ArrayList<>();
        for (int i = NAMES; i < arguments.count(); i++) {
            Command named = ownOnly(arguments, i);
            if (named != null) {
                found.add(named);
            }
        }
        return found;
    }

    private @Nullable Command ownOnly(Arguments arguments, int index) {
        Command named = arguments.length(index) > MAX_NAME_LENGTH ? null : names.find(arguments, index);
        return named != null && isOwnOnly(named) ? named : null;
    }

    private boolean isOwnOnly(Command command) {
        String name = command.spec().name();
        int bar = name.indexOf('|');
        return !redis.isOfRedis(bar < 0 ? name : name.substring(0, bar));
    }
}
