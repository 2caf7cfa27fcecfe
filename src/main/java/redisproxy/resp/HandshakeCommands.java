package redisproxy.resp;

import java.util.List;
import java.util.Locale;
import redisproxy.auth.Principal;
import redisproxy.auth.User;

/** HELLO and AUTH, with which clients begin (redis.io, "HELLO" and "AUTH"). */
final class HandshakeCommands {
    /**
     * The Redis version whose behaviour the replies follow, which clients are told as long as Redis has not told its own. They read it as numbers and
     * enable what that version offers.
     */
    static final String REDIS_VERSION = "7.2.4";

    private static final List<String> FLAGS = List.of("noscript", "loading", "stale", "fast", "no_auth", "allow_busy");
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_LOGIN =
            "NOAUTH HELLO must be called with the client already authenticated, otherwise"
                    + " the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP"
                    + " protocol version at the same time";
    private static final String NO_PASSWORD = "ERR AUTH <password> called without any password configured for the"
            + " default user. Are you sure your configuration is correct?";

    private final Logins logins;
    private final BackingVersion version;

    /** Makes them; {@code version} is that of Redis that clients are told. */
    HandshakeCommands(Logins logins, BackingVersion version) {
        this.logins = logins;
        this.version = version;
    }

    List<Command> all() {
        return List.of(
                new Command(
                        ConnectionCommands.spec("hello", -1, FLAGS, "6.0.0", "Agrees on the protocol version."),
                        this::hello),
                new Command(
                        ConnectionCommands.spec("auth", -2, FLAGS, "1.0.0", "Authenticates the connection."),
                        this::auth));
    }

    private void auth(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        if (arguments.count() > 3) {
            invocation.reply(CommandErrors.syntax());
            return;
        }
        boolean hasName = arguments.count() == 3;
        User defaultUser = logins.find(Principal.DEFAULT_NAME);
        if (!hasName && defaultUser != null && defaultUser.needsNoPassword()) {
            invocation.error(NO_PASSWORD);
            return;
        }
        String name = hasName ? arguments.text(1) : Principal.DEFAULT_NAME;
        if (logins.logIn(invocation, name, arguments.bytes(hasName ? 2 : 1), "AUTH")) {
            invocation.ok();
        } else {
            invocation.error(WRONG_PASSWORD);
        }
    }

    private void hello(Invocation invocation) {
        Arguments arguments = invocation.arguments();
        Session session = invocation.session();
        int version = session.protocolVersion();
        if (arguments.count() > 1) {
            String given = arguments.text(1);
            if (!WholeNumber.hasForm(given)) {
                invocation.error("ERR Protocol version is not an integer or out of range");
                return;
            }
            if (!given.equals("2") && !given.equals("3")) {
                invocation.error("NOPROTO unsupported protocol version");
                return;
            }
            version = Integer.parseInt(given);
        }
        String name = session.name();
        for (int i = 2; i < arguments.count(); i++) {
            String option = arguments.text(i).toUpperCase(Locale.ROOT);
            int following = arguments.count() - i - 1;
            if (option.equals("AUTH") && following >= 2) {
                // As in Redis, a later option that is wrong does not undo it.
                if (!logins.logIn(invocation, arguments.text(i + 1), arguments.bytes(i + 2), "HELLO")) {
                    invocation.error(WRONG_PASSWORD);
                    return;
                }
                i += 2;
            } else if (option.equals("SETNAME") && following >= 1) {
                name = arguments.text(++i);
                String refusal = ClientWords.refusalOfName(name);
                if (refusal != null) {
                    invocation.error(refusal);
                    return;
                }
            } else {
                invocation.error("ERR Syntax error in HELLO option '%s'".formatted(arguments.text(i)));
                return;
            }
        }
        if (!session.principal().isKnown()) {
            invocation.error(NO_LOGIN);
            return;
        }
        session.speak(version);
        session.rename(name);
        this.version.whenTold(invocation, () -> welcome(invocation));
    }

    private void welcome(Invocation invocation) {
        Session session = invocation.session();
        invocation.reply(invocation
                .encoder()
                .map(7)
                .bulk("server")
                .bulk("redis")
                .bulk("version")
                .bulk(version.get())
                .bulk("proto")
                .integer(session.protocolVersion())
                .bulk("id")
                .integer(session.id)
                .bulk("mode")
                .bulk("standalone")
                .bulk("role")
                .bulk("master")
                .bulk("modules")
                .array(0));
    }
}
