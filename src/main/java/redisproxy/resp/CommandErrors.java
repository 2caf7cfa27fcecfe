package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The errors of Redis 7 for requests that are not executed. Clients match on their texts. */
final class CommandErrors {
    /** Redis quotes at most this many bytes of a request. */
    private static final int MAX_QUOTED = 128;

    private CommandErrors() {}

    static byte[] unknownCommand(Arguments arguments) {
        StringBuilder words = new StringBuilder();
        for (int i = 1; i < arguments.count() && words.length() < MAX_QUOTED; i++) {
            String word = quoted(arguments, i, MAX_QUOTED - words.length());
            words.append('\'').append(word).append("' ");
        }
        return ReplyBuilder.error("ERR unknown command '%s', with args beginning with: %s"
                .formatted(quoted(arguments, 0, MAX_QUOTED), words));
    }

    /** Refuses a command of Redis that the proxy does not have. The text begins as that of Redis, which clients know. */
    static byte[] notServed(Arguments arguments, String why) {
        return ReplyBuilder.error(
                "ERR unknown command '%s': this is a read-through proxy, %s".formatted(quoted(arguments, 0), why));
    }

    /** Returns as much of an argument as Redis would quote. */
    static String quoted(Arguments arguments, int index) {
        return quoted(arguments, index, MAX_QUOTED);
    }

    /** Refuses a subcommand. The text begins as that of Redis, and says why if Redis has the subcommand. */
    static byte[] unknownSubcommand(Arguments arguments) {
        String container = arguments.text(0);
        String given = quoted(arguments, 1);
        String reason = NotServed.reason(container, given);
        return ReplyBuilder.error("ERR unknown subcommand '%s'. Try %s HELP.%s"
                .formatted(
                        given,
                        container.toUpperCase(Locale.ROOT),
                        reason == null ? "" : " This is a read-through proxy, " + reason));
    }

    static byte[] unknownSubcommandOrArity(Arguments arguments) {
        return ReplyBuilder.error("ERR unknown subcommand or wrong number of arguments for '%s'. Try %s HELP."
                .formatted(quoted(arguments, 1), arguments.text(0).toUpperCase(Locale.ROOT)));
    }

    static byte[] wrongArity(String command) {
        return ReplyBuilder.error("ERR wrong number of arguments for '%s' command".formatted(command));
    }

    static byte[] syntax() {
        return ReplyBuilder.error("ERR syntax error");
    }

    private static String quoted(Arguments arguments, int index, int most) {
        int length = Math.min(arguments.length(index), most);
        String word = new String(arguments.array(), arguments.offset(index), length, StandardCharsets.ISO_8859_1);
        return untilNul(word);
    }

    /** Redis formats these texts with C strings, which end at a NUL. */
    private static String untilNul(String text) {
        int nul = text.indexOf('\0');
        return nul < 0 ? text : text.substring(0, nul);
    }
}
