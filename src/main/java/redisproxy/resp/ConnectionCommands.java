package redisproxy.resp;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** PING, ECHO, HELLO, AUTH, SELECT, READONLY, RESET and QUIT: what concerns one connection. */
final class ConnectionCommands {
    /**
     * The Redis version whose behaviour the replies follow. Clients read it as numbers and enable what it promises:
     * since 7.2, CLIENT SETINFO.
     */
    static final String REDIS_VERSION = "7.2.4";

    private static final String BAD_NAME = "ERR Client names cannot contain spaces, newlines or special characters.";
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD = "ERR AUTH <password> called without any password configured for the"
            + " default user. Are you sure your configuration is correct?";

    /** What Redis takes for a whole number of 64 bits, or a few more digits: no plus sign, no leading zero. */
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,18}");

    private ConnectionCommands() {}

    static List<Command> all() {
        List<String> fast = List.of("noscript", "loading", "stale", "fast");
        return List.of(
                command(
                        "ping",
                        -1,
                        List.of("fast"),
                        "1.0.0",
                        "Answers PONG, or the message.",
                        ConnectionCommands::ping),
                command("echo", 2, List.of("fast"), "1.0.0", "Answers the message.", ConnectionCommands::echo),
                command("hello", -1, fast, "6.0.0", "Agrees on the protocol version.", ConnectionCommands::hello),
                command("auth", -2, fast, "1.0.0", "Authenticates the connection.", ConnectionCommands::auth),
                command(
                        "select",
                        2,
                        List.of("loading", "stale", "fast"),
                        "1.0.0",
                        "Selects the database; there is 0 only.",
                        ConnectionCommands::select),
                command(
                        "readonly",
                        1,
                        List.of("loading", "stale", "fast"),
                        "3.0.0",
                        "Accepted: this proxy only reads.",
                        (session, arguments) -> ReplyBuilder.ok()),
                command("reset", 1, fast, "6.2.0", "Resets the connection.", ConnectionCommands::reset),
                command(
                        "quit",
                        -1,
                        fast,
                        "1.0.0",
                        "Closes the connection.",
                        (session, arguments) -> ReplyBuilder.ok()));
    }

    private static Command command(
            String name, int arity, List<String> flags, String since, String summary, Command.Handler handler) {
        return new Command(name, arity, flags, 0, since, "connection", summary, handler);
    }

    private static byte[] ping(Session session, Arguments arguments) {
        return switch (arguments.count()) {
            case 1 -> new ReplyBuilder(false).simple("PONG").toBytes();
            case 2 -> echo(session, arguments);
            default -> CommandErrors.wrongArity("ping");
        };
    }

    private static byte[] echo(Session session, Arguments arguments) {
        return new ReplyBuilder(false).bulk(arguments.bytes(1)).toBytes();
    }

    /**
     * Reads what Redis takes for a whole number of 64 bits.
     *
     * @throws NumberFormatException if it is none
     */
    static long integer(String text) {
        if (!INTEGER.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }

    private static byte[] select(Session session, Arguments arguments) {
        String index = arguments.text(1);
        if (!INTEGER.matcher(index).matches()) {
            return ReplyBuilder.error("ERR value is not an integer or out of range");
        }
        try {
            return Integer.parseInt(index) == 0
                    ? ReplyBuilder.ok()
                    : ReplyBuilder.error("ERR DB index is out of range");
        } catch (NumberFormatException e) {
            return ReplyBuilder.error("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
    }

    private static byte[] reset(Session session, Arguments arguments) {
        session.reset();
        return new ReplyBuilder(false).simple("RESET").toBytes();
    }

    private static byte[] auth(Session session, Arguments arguments) {
        return switch (arguments.count()) {
            case 2 -> ReplyBuilder.error(NO_PASSWORD);
            case 3 -> isDefaultUser(arguments.text(1)) ? ReplyBuilder.ok() : ReplyBuilder.error(WRONG_PASSWORD);
            default -> CommandErrors.syntax();
        };
    }

    /** There are no passwords here, so the default user may give any, as in a Redis whose default user has none. */
    private static boolean isDefaultUser(String user) {
        return user.equals("default");
    }

    private static byte[] hello(Session session, Arguments arguments) {
        int version = session.protocolVersion();
        if (arguments.count() > 1) {
            String given = arguments.text(1);
            if (!INTEGER.matcher(given).matches()) {
                return ReplyBuilder.error("ERR Protocol version is not an integer or out of range");
            }
            if (!given.equals("2") && !given.equals("3")) {
                return ReplyBuilder.error("NOPROTO unsupported protocol version");
            }
            version = Integer.parseInt(given);
        }
        String name = session.name();
        for (int i = 2; i < arguments.count(); i++) {
            String option = arguments.text(i).toUpperCase(Locale.ROOT);
            int following = arguments.count() - i - 1;
            if (option.equals("AUTH") && following >= 2) {
                if (!isDefaultUser(arguments.text(i + 1))) {
                    return ReplyBuilder.error(WRONG_PASSWORD);
                }
                i += 2;
            } else if (option.equals("SETNAME") && following >= 1) {
                name = arguments.text(++i);
                if (!isPrintable(name)) {
                    return ReplyBuilder.error(BAD_NAME);
                }
            } else {
                return ReplyBuilder.error("ERR Syntax error in HELLO option '%s'".formatted(arguments.text(i)));
            }
        }
        session.speak(version);
        session.rename(name);
        return welcome(session);
    }

    private static byte[] welcome(Session session) {
        return new ReplyBuilder(session.isResp3())
                .map(7)
                .bulk("server")
                .bulk("redis")
                .bulk("version")
                .bulk(REDIS_VERSION)
                .bulk("proto")
                .integer(session.protocolVersion())
                .bulk("id")
                .integer(session.id)
                .bulk("mode")
                .bulk("standalone")
                .bulk("role")
                .bulk("master")
                .bulk("modules")
                .array(0)
                .toBytes();
    }

    /** Whether a name may stand in CLIENT LIST: the printable ASCII characters without the space. */
    static boolean isPrintable(String name) {
        return name.chars().allMatch(c -> c >= '!' && c <= '~');
    }

    static byte[] badName() {
        return ReplyBuilder.error(BAD_NAME);
    }
}
