package redisproxy.resp;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.NamedCommand;
import redisproxy.auth.Principal;
import redisproxy.auth.User;
import redisproxy.auth.Users;

/** Who the clients of the port are: as whom they begin, log in, and go on when users are replaced. Thread-safe; never blocks. */
final class Logins {
    private static final NamedCommand MONITOR = new Monitor();

    private final Authority authority;
    private final LoginAttempts attempts;
    private final AclLog log = new AclLog(System::currentTimeMillis);

    Logins(Authority authority, LoginAttempts attempts) {
        this.authority = authority;
        this.attempts = attempts;
    }

    Users users() {
        return authority.current();
    }

    AclLog log() {
        return log;
    }

    private static final class Monitor implements NamedCommand {
        private static final Set<String> CATEGORIES = Set.of("admin", "dangerous", "slow");

        @Override
        public String name() {
            return OwnCommands.MONITOR;
        }

        @Override
        public boolean isIn(String category) {
            return CATEGORIES.contains(category);
        }
    }

    /** Makes the client who it is without credentials: the user that its certificate names, or anybody. */
    void begin(Session session) {
        Users now;
        do {
            now = authority.current();
            session.become(first(session, now));
        } while (now != authority.current());
    }

    /** Does the same with the names in the certificate that the client has shown. Without any, nothing changes. */
    void begin(Session session, List<String> certificateNames) {
        if (!certificateNames.isEmpty()) {
            session.certificateNames(certificateNames);
            begin(session);
        }
    }

    private static Principal first(Session session, Users now) {
        if (!now.isOpen()) {
            for (String name : session.certificateNames()) {
                Principal named = now.forCertificate(name);
                if (named != null) {
                    return named;
                }
            }
        }
        return now.anonymous(session.isLocal());
    }

    /** Logs a client in; returns false if the name and the password prove nobody, and then has the reply wait. */
    boolean logIn(Invocation invocation, String name, byte[] password, String command) {
        Session session = invocation.session();
        boolean hasBecome = false;
        Users now;
        do {
            now = authority.current();
            Principal proved = now.login(name, password, session.isLocal());
            if (proved == null) {
                if (hasBecome) {
                    // By the users who were replaced meanwhile.
                    begin(session);
                }
                log.add(AclLog.Reason.AUTH, command, name, session);
                invocation.pause(attempts.failed(session.remoteHost()));
                return false;
            }
            session.become(proved);
            hasBecome = true;
        } while (now != authority.current());
        invocation.pause(attempts.pauseLeftMillis(session.remoteHost()));
        return true;
    }

    /** Has the open connections follow when users are replaced. */
    void follow(ClientRegistry registry) {
        authority.onReplace((before, now) -> {
            for (Session each : registry.sessions()) {
                if (!goOn(each, before, now)) {
                    registry.kill(each);
                }
            }
        });
    }

    /** Returns whether the client of the session still is somebody, or begins anew as one who has not logged in. */
    private static boolean goOn(Session session, Users before, Users now) {
        Principal anonymous = now.anonymous(session.isLocal());
        Principal was;
        Principal is;
        do {
            was = session.principal();
            if (was == anonymous) {
                return true;
            }
            boolean isAnonymous = now.isOpen() || was == before.anonymous(session.isLocal()) || !was.isKnown();
            is = isAnonymous ? first(session, now) : now.stillIs(was, before);
            // As in Redis, who is no user any more is disconnected. A login on the connection's own thread may come in
            // between.
        } while (!session.becomeInsteadOf(was, is == null ? Principal.NOBODY : is));
        return is != null && mayGoOn(session, was, is);
    }

    /** Returns whether the client may still be sent what it has asked for; as in Redis, it is disconnected otherwise. */
    private static boolean mayGoOn(Session session, Principal was, Principal is) {
        return (!session.isSubscribed() || is.keepsChannelsOf(was))
                && (!session.state.isMonitoring() || (is.hasAllKeys() && is.mayRun(MONITOR)));
    }

    /** Returns the user of this name, or null. */
    @Nullable
    User find(String name) {
        return users().find(name);
    }
}
