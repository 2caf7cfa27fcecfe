package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import redisproxy.auth.Authority;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.tls.CertificateNames;

/**
 * Lets a request pass if its sender may read the key: else 401 without credentials that prove somebody, or 403. The answer to wrong
 * credentials waits, longer for each further one from an address. What is answered to somebody is {@code private}: caches between
 * keep it for nobody else (RFC 9111, section 3.5). Thread-safe; blocks no thread.
 */
public final class AuthFilter implements Filter {
    private static final String CACHE_CONTROL = "Cache-Control";
    static final String PRIVATE = "private, ";

    /** Where containers put them (Jakarta Servlet 6.1, 3.10). */
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

    private final Authority authority;
    private final Answers answers;

    /** Makes a filter that lets pass whom {@code authority} knows. */
    public AuthFilter(Authority authority, Answers answers) {
        this.authority = authority;
        this.answers = answers;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest asked = (HttpServletRequest) request;
        HttpServletResponse answered = (HttpServletResponse) response;
        Users users = authority.current();
        List<String> credentials = Collections.list(asked.getHeaders("Authorization"));
        Principal anonymous = users.anonymous(/* isLocal= */ false);
        Principal principal = HttpLogins.find(users, credentials, certificateNames(asked), /* isLocal= */ false);
        if (principal == null) {
            refuseLater(asked, answered, authority.attempts().failed(asked.getRemoteAddr()));
        } else if (!principal.isKnown()) {
            Responses.writeWhole(asked, answered, answers.unauthorized());
        } else if (!mayRead(asked, principal)) {
            Responses.writeWhole(asked, answered, answers.forbidden());
        } else {
            chain.doFilter(request, principal == anonymous ? response : new PrivateResponse(answered));
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
        AsyncContext context = CacheServlet.startAsync(request, response);
        context.setTimeout(millis);
        context.addListener(new AsyncListener() {
            @Override
            public void onTimeout(AsyncEvent event) throws IOException {
                Responses.writeWhole(request, response, answers.unauthorized());
                context.complete();
            }

            @Override
            public void onStartAsync(AsyncEvent event) {}

            @Override
            public void onError(AsyncEvent event) {
                context.complete();
            }

            @Override
            public void onComplete(AsyncEvent event) {}
        });
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
