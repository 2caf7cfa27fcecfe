package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import redisproxy.auth.Authority;
import redisproxy.auth.LoginAttempts;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.tls.CertificateNames;

/**
 * Lets a request pass if its sender may read the key, or if it writes, which {@link Writer} decides about: else 401 without credentials that prove somebody, or 403. The answer to wrong
 * credentials waits, longer for each further one from an address; while many wait, none from there are looked at (429). What is answered to somebody is {@code private}: caches between
 * keep it for nobody else (RFC 9111, section 3.5). Thread-safe; blocks no thread.
 */
public final class AuthFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String CACHE_CONTROL = "Cache-Control";
    static final String PRIVATE = "private, ";

    /** Where containers put them (Jakarta Servlet 6.1, 3.10). */
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private static final String PRINCIPAL = AuthFilter.class.getName() + ".principal";

    private final Authority authority;
    private final Answers answers;
    private final WriteRules rules;

    /** Makes a filter that lets pass whom {@code authority} knows; {@code rules} say which methods write. */
    public AuthFilter(Authority authority, Answers answers, WriteRules rules) {
        this.authority = authority;
        this.answers = answers;
        this.rules = rules;
    }

    /** Makes a filter in front of what only reads. */
    public AuthFilter(Authority authority, Answers answers) {
        this(authority, answers, WriteRules.NONE);
    }

    /** Returns who has sent a request that writes; {@link Principal#NOBODY} if it has not passed the filter. */
    static Principal principal(HttpServletRequest request) {
        return request.getAttribute(PRINCIPAL) instanceof Principal principal ? principal : Principal.NOBODY;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Users users = authority.current();
        List<String> credentials = Collections.list(request.getHeaders("Authorization"));
        LoginAttempts attempts = authority.attempts();
        if (!credentials.isEmpty() && !users.isOpen() && attempts.isBusy(request.getRemoteAddr())) {
            Responses.writeWhole(request, response, answers.tooManyLogins());
            return;
        }
        Principal anonymous = users.anonymous(/* isLocal= */ false);
        Principal principal = HttpLogins.find(users, credentials, certificateNames(request), /* isLocal= */ false);
        if (principal == null) {
            refuseLater(request, response, attempts.failed(request.getRemoteAddr()));
        } else if (!principal.isKnown()) {
            Responses.writeWhole(request, response, answers.unauthorized());
        } else if (rules.find(request.getMethod()) != null) {
            // What it writes to may be in its body.
            request.setAttribute(PRINCIPAL, principal);
            chain.doFilter(request, response);
        } else if (!mayRead(request, principal)) {
            Responses.writeWhole(request, response, answers.forbidden());
        } else {
            chain.doFilter(request, principal == anonymous ? response : new PrivateResponse(response));
        }
    }

    /** The container has verified the certificate, and the first one is the client's own. */
    private static List<String> certificateNames(HttpServletRequest request) {
        return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
                ? CertificateNames.of(chain[0])
                : List.of();
    }

    /** What names no key is answered by the servlet, and shows nothing of any. */
    private static boolean mayRead(HttpServletRequest request, Principal principal) {
        if (principal.mayGetAll()) {
            return true;
        }
        try {
            byte[] key = CacheServlet.key(request);
            return key == null || principal.mayGet(key, 0, key.length);
        } catch (BadTargetException e) {
            return true;
        }
    }

    /** The container has a timer; no thread waits. */
    private void refuseLater(HttpServletRequest request, HttpServletResponse response, long millis) {
        String address = request.getRemoteAddr();
        AtomicBoolean isAnswered = new AtomicBoolean();
        Runnable end = () -> {
            if (isAnswered.compareAndSet(false, true)) {
                authority.attempts().answered(address);
            }
        };
        AsyncContext context = CacheServlet.startAsync(request, response);
        context.setTimeout(millis);
        context.addListener(new AsyncListener() {
            @Override
            public void onTimeout(AsyncEvent event) throws IOException {
                end.run();
                Responses.writeWhole(request, response, answers.unauthorized());
                context.complete();
            }

            @Override
            public void onStartAsync(AsyncEvent event) {}

            @Override
            public void onError(AsyncEvent event) {
                end.run();
                context.complete();
            }

            @Override
            public void onComplete(AsyncEvent event) {
                end.run();
            }
        });
        // The timer starts when this thread leaves the request.
        authority.attempts().beginWait(address);
    }

    private static final class PrivateResponse extends HttpServletResponseWrapper {
        PrivateResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setHeader(String name, String value) {
            boolean mayBeKept = name.equals(CACHE_CONTROL) && !value.equals("no-store");
            super.setHeader(name, mayBeKept ? PRIVATE + value : value);
        }
    }
}
