package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/** How large the requests are that are executed in one go. Larger ones are refused before they cost anything. */
final class RequestBounds {
    /** Reads of many keys are executed in slices; they may have as many arguments as the protocol allows. */
    static final int MAX_ARGUMENTS = 1024;

    /** The longest message of PING and ECHO, which is copied. */
    static final int MAX_MESSAGE_BYTES = 1024 * 1024;

    /** The longest argument of a command that is executed in the {@link Background}, unless it is a key. */
    static final int MAX_WORD_BYTES = 16 * 1024;

    private RequestBounds() {}

    /** Returns the error to reply with if the request is too large, or null. */
    static byte @Nullable [] refusal(CommandSpec spec, Arguments arguments) {
        if (arguments.count() > MAX_ARGUMENTS && (!spec.keys().hasAnyNumber() || Background.holds(spec.name()))) {
            return ReplyBuilder.error("ERR too many arguments for '%s' command: %d (at most %d)"
                    .formatted(spec.name(), arguments.count(), MAX_ARGUMENTS));
        }
        int most = mostBytes(spec.name());
        if (most < RequestParser.MAX_BULK_BYTES) {
            for (int i = 1; i < arguments.count(); i++) {
                if (arguments.length(i) > most) {
                    return ReplyBuilder.error("ERR argument %d of '%s' command is too long: %d bytes (at most %d)"
                            .formatted(i, spec.name(), arguments.length(i), most));
                }
            }
        }
        return null;
    }

    private static int mostBytes(String name) {
        return switch (name) {
            case "echo", "ping" -> MAX_MESSAGE_BYTES;
            case "cache|invalidate" -> RequestParser.MAX_BULK_BYTES;
            // Of a container, these are requests that name no subcommand.
            case "acl", "cache", "client", "config", "hotkeys", "latency", "memory", "module", "slowlog" ->
                MAX_WORD_BYTES;
            default -> Background.holds(name) ? MAX_WORD_BYTES : RequestParser.MAX_BULK_BYTES;
        };
    }
}
