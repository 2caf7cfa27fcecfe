package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/** How large the requests are that are executed in one go. Larger ones are refused before they cost anything. */
final class RequestBounds {
    /** Reads of many keys are executed in slices; they may have as many arguments as the protocol allows. */
    static final int MAX_ARGUMENTS = 1024;

    /** The longest message of PING and ECHO, which is copied. */
    static final int MAX_MESSAGE_BYTES = 1024 * 1024;

    /** The longest argument of a command that is executed in the {@link Background}, unless it is a key, or that is a name. */
    static final int MAX_WORD_BYTES = 16 * 1024;

    private RequestBounds() {}

    /** Returns the error to reply with if the request is too large, or null. */
    static byte @Nullable [] refusal(CommandSpec spec, Arguments arguments) {
        byte[] refusal = tooMany(spec, arguments.count());
        if (mostBytes(spec.name()) < RequestParser.MAX_BULK_BYTES) {
            for (int i = 1; i < arguments.count() && refusal == null; i++) {
                refusal = tooLong(spec, i, arguments.length(i));
            }
        }
        return refusal;
    }

    private static byte @Nullable [] tooMany(CommandSpec spec, int count) {
        return count <= MAX_ARGUMENTS || (spec.keys().hasAnyNumber() && !Background.holds(spec.name()))
                ? null
                : ReplyBuilder.error("ERR too many arguments for '%s' command: %d (at most %d)"
                        .formatted(spec.name(), count, MAX_ARGUMENTS));
    }

    private static byte @Nullable [] tooLong(CommandSpec spec, int index, int length) {
        int most = mostBytes(spec.name());
        return length <= most
                ? null
                : ReplyBuilder.error("ERR argument %d of '%s' command is too long: %d bytes (at most %d)"
                        .formatted(index, spec.name(), length, most));
    }

    /** Whether a request may be too large for some command, by what it announces, and so is worth a look before it is complete. */
    static boolean mayBeTooLarge(RequestParser incomplete) {
        return incomplete.announcedCount() > MAX_ARGUMENTS || incomplete.announcedLength() > MAX_WORD_BYTES;
    }

    /** Returns the error to reply with if the request is too large by what it announces, or null. */
    static byte @Nullable [] refusalOfIncomplete(CommandSpec spec, RequestParser incomplete) {
        byte[] refusal = tooMany(spec, incomplete.announcedCount());
        return refusal == null ? tooLong(spec, incomplete.count(), incomplete.announcedLength()) : refusal;
    }

    private static int mostBytes(String name) {
        return switch (name) {
            case "echo", "ping" -> MAX_MESSAGE_BYTES;
            case "cache|invalidate" -> RequestParser.MAX_BULK_BYTES;
            // Of a container, these are requests that name no subcommand.
            case "acl", "cache", "client", "config", "hotkeys", "latency", "memory", "module", "slowlog" ->
                MAX_WORD_BYTES;
            case "client|setinfo", "client|setname", "hello" -> MAX_WORD_BYTES;
            default -> Background.holds(name) ? MAX_WORD_BYTES : RequestParser.MAX_BULK_BYTES;
        };
    }
}
