package redisproxy.http;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.NamedCommand;

/** The methods that write, and the command of Redis that rules must allow for each. */
enum WriteMethod {
    /** Writes the body as the value of the key that the target names. */
    PUT(Command.SET),
    /** Deletes the key that the target names. */
    DELETE(Command.DEL),
    /** Writes a key and a value that the body holds as a form. */
    POST(Command.SET);

    @SuppressWarnings("ImmutableEnumChecker") // its set is immutable
    private final Command command;

    WriteMethod(Command command) {
        this.command = command;
    }

    /** Returns what rules must allow. */
    NamedCommand command() {
        return command;
    }

    /** Returns the method of this name, or null if that writes nothing. */
    static @Nullable WriteMethod of(String name) {
        return switch (name) {
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            case "POST" -> POST;
            default -> null;
        };
    }

    /** A command with the categories that it has in Redis. */
    private record Command(String name, Set<String> categories) implements NamedCommand {
        static final Command SET = new Command("set", Set.of("write", "string", "slow"));
        static final Command DEL = new Command("del", Set.of("keyspace", "write", "slow"));

        @Override
        public boolean isIn(String category) {
            return categories.contains(category);
        }
    }
}
