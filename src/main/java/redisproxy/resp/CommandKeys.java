package redisproxy.resp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** COMMAND GETKEYS and COMMAND GETKEYSANDFLAGS, which find the keys of a request (redis.io, "COMMAND GETKEYS"). Thread-safe. */
final class CommandKeys implements Command.Handler {
    /** Where the request begins among the arguments. */
    private static final int START = 2;

    private final CommandNames names;
    private final boolean withFlags;

    CommandKeys(Map<String, Command> byName, boolean withFlags) {
        this.names = new CommandNames(byName);
        this.withFlags = withFlags;
    }

    @Override
    public void execute(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Command command = names.called(arguments, START);
        int count = arguments.count() - START;
        String refusal = refusal(command, count);
        if (command == null || refusal != null) {
            invocation.error("ERR " + refusal);
            return;
        }
        KeyPositions keys = command.spec().keys();
        int last = keys.lastOf(count);
        ReplyBuilder reply = invocation.encoder().array((last - keys.first()) / keys.step() + 1);
        for (int i = keys.first(); i <= last; i += keys.step()) {
            if (withFlags) {
                reply.array(2).bulk(arguments.bytes(START + i)).set(keys.flags().size());
                keys.flags().forEach(reply::simple);
            } else {
                reply.bulk(arguments.bytes(START + i));
            }
        }
        invocation.reply(reply);
    }

    private static @Nullable String refusal(@Nullable Command command, int count) {
        if (command == null) {
            return "Invalid command specified";
        }
        if (!command.spec().keys().hasKeys()) {
            return "The command has no key arguments";
        }
        return command.spec().accepts(count) ? null : "Invalid number of arguments specified for command";
    }
}
