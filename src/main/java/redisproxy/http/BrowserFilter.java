package redisproxy.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies a {@link BrowserPolicy}: refuses pages of other origins (403) and requests for other hosts (421), lets the pages of listed
 * origins read answers, and answers browsers that ask in advance what such pages may do. It comes before {@link AuthFilter}, since
 * browsers ask in advance without credentials. Thread-safe; never blocks.
 */
public final class BrowserFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final int MAX_SHOWN = 200;

    private final Browsers browsers;
    private final Answers answers;
    private final WriteRules rules;

    /** Makes a filter; {@code rules} say which methods write. */
    public BrowserFilter(Browsers browsers, Answers answers, WriteRules rules) {
        this.browsers = browsers;
        this.rules = rules;
        this.answers = answers;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        BrowserPolicy policy = browsers.now();
        policy.commonHeaders().forEach(response::setHeader);
        String host = host(request);
        Function<String, List<String>> fields = name -> Collections.list(request.getHeaders(name));
        BrowserPolicy.Verdict verdict =
                rules.find(request.getMethod()) == null ? policy.judge(host, fields) : policy.judgeWrite(host, fields);
        String origin = request.getHeader(BrowserPolicy.ORIGIN);
        switch (verdict) {
            case OTHER_HOST -> Responses.writeWhole(request, response, answers.otherHost(shortened(host)));
            case OTHER_ORIGIN -> Responses.writeWhole(request, response, answers.otherOrigin(shortened(origin)));
            case SHARED, PLAIN -> {
                if (verdict == BrowserPolicy.Verdict.SHARED) {
                    BrowserPolicy.sharedHeaders(origin).forEach(response::setHeader);
                }
                if (isPreflight(policy, request, verdict)) {
                    List<String> methods = rules.methods(verdict == BrowserPolicy.Verdict.SHARED);
                    BrowserPolicy.preflightHeaders(methods).forEach(response::setHeader);
                    Responses.writeWhole(request, response, answers.options(methods));
                } else {
                    chain.doFilter(request, response);
                }
            }
        }
    }

    /** A client of HTTP/1.0 that does not name a host is no browser. */
    private static @Nullable String host(HttpServletRequest request) {
        boolean isUnnamed =
                request.getHeader("Host") == null && request.getProtocol().equals("HTTP/1.0");
        return isUnnamed ? null : withPort(request.getServerName(), request.getServerPort());
    }

    private static String withPort(String name, int port) {
        return (name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name) + ":" + port;
    }

    /** Other requests with the method OPTIONS are left to the servlet. */
    private static boolean isPreflight(
            BrowserPolicy policy, HttpServletRequest request, BrowserPolicy.Verdict verdict) {
        return (verdict == BrowserPolicy.Verdict.SHARED || policy.origins().contains(BrowserPolicy.ANY))
                && request.getMethod().equals("OPTIONS")
                && request.getHeader(BrowserPolicy.ORIGIN) != null
                && request.getHeader(BrowserPolicy.REQUEST_METHOD) != null;
    }

    private static @Nullable String shortened(@Nullable String text) {
        return text == null || text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }
}
