package redisproxy.admin.api;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.NamedCommand;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.http.HttpLogins;
import redisproxy.net.PeerAddress;
import redisproxy.net.PeerNames;

/**
 * Lets a request pass if its sender may run the command that does the same on the RESP port: else 401 or 403. A browser asks for the
 * name and the password, and sends them with all that the page asks for, its stream included. The answer to wrong ones waits.
 * Thread-safe; never blocks.
 */
public final class LoginGuard extends Handler.Wrapper {
    /** What shows figures. */
    public static final NamedCommand FIGURES = new Named("info", Set.of("slow", "dangerous"));

    static final NamedCommand SETTINGS = new Named("config|get", Named.ADMIN);
    static final NamedCommand INVALIDATE = new Named("cache|invalidate", Named.ADMIN);
    static final NamedCommand SET_LOG_LEVEL = new Named("config|set", Named.ADMIN);

    /** Then the longest wait is over. */
    private static final int RETRY_SECONDS = 4;

    private final Authority authority;
    private final @Nullable NamedCommand command;
    private final boolean showsKeys;

    /** A command of the RESP port, as rules know it. */
    private record Named(String name, Set<String> categories) implements NamedCommand {
        static final Set<String> ADMIN = Set.of("admin", "slow", "dangerous");

        @Override
        public boolean isIn(String category) {
            return categories.contains(category);
        }
    }

    /**
     * Guards a handler.
     *
     * @param command the command that the sender must be allowed to run, or null if every user may
     * @param showsKeys whether the sender must be allowed all keys, since the handler shows or takes any of them
     */
    public LoginGuard(Authority authority, @Nullable NamedCommand command, boolean showsKeys, Handler handler) {
        super(handler);
        this.authority = authority;
        this.command = command;
        this.showsKeys = showsKeys;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Users users = authority.current();
        List<String> credentials = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
        String address = PeerAddress.of(request.getConnectionMetaData().getRemoteSocketAddress());
        LoginAttempts attempts = authority.attempts();
        String host = PeerAddress.host(address);
        if (!credentials.isEmpty() && !users.isOpen() && attempts.isBusy(host)) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_SECONDS);
            Answer.problem(
                    response,
                    callback,
                    HttpStatus.TOO_MANY_REQUESTS_429,
                    "too many wrong logins from this address wait for their answers (expected: fewer at once)");
            return true;
        }
        Principal principal = HttpLogins.find(
                users,
                credentials,
                PeerNames.of(request.getConnectionMetaData().getConnection().getEndPoint()),
                PeerAddress.isLoopback(address));
        if (principal == null) {
            attempts.beginWait(host);
            Runnable end = () -> {
                attempts.answered(host);
                challenge(response, callback);
            };
            request.getComponents().getScheduler().schedule(end, attempts.failed(host), TimeUnit.MILLISECONDS);
            return true;
        }
        if (!principal.isKnown()) {
            challenge(response, callback);
            return true;
        }
        String refusal = refusal(principal);
        if (refusal != null) {
            Answer.problem(response, callback, HttpStatus.FORBIDDEN_403, refusal);
            return true;
        }
        return super.handle(request, response, callback);
    }

    private @Nullable String refusal(Principal principal) {
        if (command != null && !principal.mayRun(command)) {
            return "user '%s' has no permissions for this (expected: +%s)".formatted(principal.name(), command.name());
        }
        return showsKeys && !principal.hasAllKeys()
                ? "user '%s' has no permissions for all keys, which this shows (expected: allkeys)"
                        .formatted(principal.name())
                : null;
    }

    private static void challenge(Response response, Callback callback) {
        response.getHeaders()
                .put(
                        HttpHeader.WWW_AUTHENTICATE,
                        "Basic realm=\"redis-proxy\", charset=\"UTF-8\", Bearer realm=\"redis-proxy\"");
        Answer.problem(
                response,
                callback,
                HttpStatus.UNAUTHORIZED_401,
                "the request has no credentials that prove somebody (expected: Authorization)");
    }
}
