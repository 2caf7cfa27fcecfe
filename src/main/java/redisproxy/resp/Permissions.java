package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.CommandPolicy;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.NamedCommand;
import redisproxy.auth.Principal;

/**
 * Decides whether a client may execute a request, for every command of the table. {@link Principal} says what holds; here are the
 * arguments that are keys, and the errors of Redis 7. Thread-safe.
 */
final class Permissions {
    /** Each is compared with each pattern, in one go. */
    private static final int MOST_CHANNELS = 512;

    /** How many keys are looked at before others are served. */
    private static final int KEYS_AT_ONCE = 512;

    private static final byte[] NO_LOGIN = ReplyBuilder.error("NOAUTH Authentication required.");
    static final byte[] NO_CHANNEL = ReplyBuilder.error("NOPERM No permissions to access a channel");
    private static final byte[] TOO_MANY_CHANNELS = ReplyBuilder.error(
            "NOPERM No permissions to access so many channels in one request: at most %d, unless the user has the rule 'allchannels'"
                    .formatted(MOST_CHANNELS));
    private static final byte[] NO_KEY =
            ReplyBuilder.error("NOPERM this user has no permissions to access one of the keys used as arguments");

    /** Why a command is refused that the rules allow, and how to allow it. */
    private static final String NAME_IT = ": %s (COMMANDS allows it if it names it: +%s)";

    private final Logins logins;

    Permissions(Logins logins) {
        this.logins = logins;
    }

    /**
     * Returns the error to reply with if the client may not execute the request, whatever its keys, or null. A command that only
     * contains others says so to everybody who has logged in.
     */
    byte @Nullable [] refusal(Command command, Session session) {
        Principal principal = session.principal();
        if (command.isForEverybody()) {
            return null;
        }
        if (!principal.isKnown()) {
            return NO_LOGIN;
        }
        if (command.isContainerOnly() || principal.mayRun(command.spec())) {
            return null;
        }
        return noPermission(command.spec().name(), session, "");
    }

    /** Does the same for a command that would be passed on. */
    byte @Nullable [] refusal(NamedCommand command, Way way, CommandPolicy policy, Session session) {
        Principal principal = session.principal();
        if (!principal.isKnown()) {
            return NO_LOGIN;
        }
        String name = command.name();
        if (!principal.mayRun(command) || !policy.allows(command)) {
            return noPermission(name, session, "");
        }
        if (policy.allowsByName(command)) {
            return null;
        }
        if (way == Way.NAMED) {
            return noPermission(name, session, NAME_IT.formatted("it administers Redis itself", name));
        }
        return principal.isGuest() && (command.isIn("dangerous") || command.isIn("admin"))
                ? noPermission(
                        name, session, NAME_IT.formatted("this machine is another one, and no password is set", name))
                : null;
    }

    /** Returns the error to reply with if the client may not use the channels that a request names, or null. */
    byte @Nullable [] refusalOfChannels(String name, Arguments arguments, Session session) {
        Principal principal = session.principal();
        if (principal.hasAllChannels() || !OwnCommands.usesChannels(name)) {
            return null;
        }
        int end = OwnCommands.opensChannels(name) ? arguments.count() : Math.min(2, arguments.count());
        if (end > MOST_CHANNELS) {
            return TOO_MANY_CHANNELS;
        }
        for (int i = 1; i < end; i++) {
            byte[] channel = arguments.bytes(i);
            boolean may = name.equals(OwnCommands.PATTERNS)
                    ? principal.mayUseChannels(new String(channel, StandardCharsets.ISO_8859_1))
                    : principal.mayUseChannel(channel);
            if (!may) {
                String shown = CommandErrors.quoted(arguments, i);
                logins.log().add(AclLog.Reason.CHANNEL, shown, session.user(), session);
                return NO_CHANNEL;
            }
        }
        return null;
    }

    private byte[] noPermission(String name, Session session, String why) {
        logins.log().add(AclLog.Reason.COMMAND, name, session.user(), session);
        return ReplyBuilder.error("NOPERM this user has no permissions to run the '%s' command%s".formatted(name, why));
    }

    /** Refuses a request because of the key that is argument {@code at}; 0 if the keys cannot be told, and any may be meant. */
    void refuseKey(Invocation invocation, int at) {
        logins.log()
                .add(
                        AclLog.Reason.KEY,
                        CommandErrors.quoted(invocation.arguments(), at),
                        invocation.session().principal().name(),
                        invocation.session());
        invocation.refuse(NO_KEY);
    }

    /** Whether the keys of a request have to be looked at. */
    static boolean minds(Principal principal, CommandSpec spec) {
        return spec.keys().hasKeys() && !principal.hasAllKeys();
    }

    /**
     * Returns the index of the first key that the user may not touch, from argument {@code from} on, or -1.
     *
     * @param start where the request begins among the arguments
     * @param from where to begin, counted from {@code start}
     * @param to where to end, counted from {@code start}; not included
     */
    static int deniedKey(Principal principal, KeyPositions keys, Arguments arguments, int start, int from, int to) {
        KeyAccess access = keys.access();
        for (int i = from; i < to; i += keys.step()) {
            int at = start + i;
            if (!principal.may(access, arguments.array(), arguments.offset(at), arguments.length(at))) {
                return at;
            }
        }
        return -1;
    }

    /** Executes the request if the client may touch its keys. Of many keys some are looked at in one go. */
    void executeMindingKeys(Command command, Invocation invocation, Runnable execute) {
        KeyPositions keys = command.spec().keys();
        int end = keys.lastOf(invocation.arguments().count()) + 1;
        Walk walk = new Walk(invocation, invocation.session().principal(), keys, end, execute);
        // What runs in the background has few arguments, and is handed over before a continuation would go on.
        if (end - keys.first() <= KEYS_AT_ONCE
                || Background.holds(command.spec().name())) {
            walk.look(invocation.arguments(), end);
        } else {
            invocation.continueWith(walk);
        }
    }

    private final class Walk implements Continuation {
        private final Invocation invocation;
        private final Principal principal;
        private final KeyPositions keys;
        private final int end;
        private final Runnable execute;
        private int next;
        private boolean hasLooked;
        private @Nullable Continuation rest;

        Walk(Invocation invocation, Principal principal, KeyPositions keys, int end, Runnable execute) {
            this.invocation = invocation;
            this.principal = principal;
            this.keys = keys;
            this.end = end;
            this.execute = execute;
            this.next = keys.first();
        }

        /** Looks at the keys up to {@code until}; then executes the request, if these are all. */
        void look(Arguments arguments, int until) {
            int denied = deniedKey(principal, keys, arguments, 0, next, until);
            next = until;
            if (denied >= 0) {
                hasLooked = true;
                refuseKey(invocation, denied);
            } else if (until == end) {
                hasLooked = true;
                execute.run();
            }
        }

        @Override
        public Progress goOn(Arguments arguments) {
            if (rest != null) {
                return rest.goOn(arguments);
            }
            invocation.continueWith(this);
            look(arguments, Math.min(end, next + KEYS_AT_ONCE * keys.step()));
            if (!hasLooked) {
                return Progress.AFTER_OTHERS;
            }
            Continuation after = invocation.continuation();
            if (after == null || after == this) {
                return Progress.DONE;
            }
            rest = after;
            return rest.goOn(arguments);
        }

        @Override
        public boolean abandon() {
            return rest == null || rest.abandon();
        }

        @Override
        public boolean isLong() {
            return rest == null ? end - keys.first() > LoadWindow.KEYS : rest.isLong();
        }
    }
}
