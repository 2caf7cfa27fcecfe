package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.ReadThroughCache;

/**
 * Answers {@code GET /{key}} and {@code GET /query?key={key}} from a cache: hits at once, misses asynchronously, so that
 * no thread waits for Redis. Has a {@link Writer} answer the methods that write, if there is one. Honours cache directives and conditions ({@link RequestDirectives}, {@link Preconditions}).
 * Map it to {@code /*} with asynchronous processing supported. Thread-safe.
 */
public final class CacheServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient ReadThroughCache cache;
    private final transient Answers answers;
    private final transient @Nullable Writer writer;

    /**
     * Makes the servlet.
     *
     * @param cache the cache, which the caller closes
     * @param answers the answers about that cache
     * @param writer writes to Redis, or is null: then nothing may be written
     */
    public CacheServlet(ReadThroughCache cache, Answers answers, @Nullable Writer writer) {
        this.cache = cache;
        this.answers = answers;
        this.writer = writer;
    }

    /** Makes a servlet that only reads. */
    public CacheServlet(ReadThroughCache cache, Answers answers) {
        this(cache, answers, null);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String method = request.getMethod();
        WriteRules rules = writer == null ? WriteRules.NONE : writer.rules();
        WriteMethod write = rules.find(method);
        if (writer != null && write != null) {
            writer.answer(request, response, write, answers);
            return;
        }
        if (method.equals("OPTIONS")) {
            String path = path(request);
            // The start page stands for the server as a whole.
            List<String> methods = path.length() <= 1 ? rules.methods() : rules.methods(path);
            Responses.writeWhole(request, response, answers.options(methods));
            return;
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            Responses.writeWhole(request, response, answers.methodNotAllowed(rules.methods(path(request))));
            return;
        }
        byte[] key;
        try {
            key = key(request);
        } catch (BadTargetException e) {
            Responses.writeWhole(request, response, answers.badTarget(e));
            return;
        }
        if (key == null) {
            Responses.writeWhole(request, response, answers.welcome());
        } else {
            answer(request, response, key);
        }
    }

    /** Returns the key that a request names, or null. */
    static byte @Nullable [] key(HttpServletRequest request) throws BadTargetException {
        return RequestTarget.key(path(request), request.getQueryString());
    }

    /** Returns the raw path of a request within its context. */
    static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, byte[] key) throws IOException {
        long begunNanos = System.nanoTime();
        RequestDirectives asked = RequestDirectives.of(request);
        Entry entry = asked.find(cache, key);
        if (entry != null) {
            Answer answer = Preconditions.apply(request, answers.hit(entry), answers);
            answers.answered(begunNanos);
            respond(request, response, answer);
        } else if (asked.onlyIfCached()) {
            answers.answered(begunNanos);
            Responses.writeWhole(request, response, answers.notCached());
        } else {
            AsyncContext context = startAsync(request, response);
            LoadListener pending =
                    new PendingResponse(cache, answers, key, asked, request, response, context, begunNanos);
            cache.load(key, pending, asked.loadMode());
        }
    }

    private static void respond(HttpServletRequest request, HttpServletResponse response, Answer answer)
            throws IOException {
        if (ValueWriter.isWhole(request, answer)) {
            Responses.writeWhole(request, response, answer);
        } else {
            ValueWriter.writeLarge(response, answer, startAsync(request, response));
        }
    }

    /** Sets no timeout: the backing store limits the time of a load, and a client may read slowly. */
    static AsyncContext startAsync(HttpServletRequest request, HttpServletResponse response) {
        // Jetty parses the target again here, and would take the text after two slashes for a host and a port.
        AsyncContext context = request.getRequestURI().startsWith("//")
                ? request.startAsync(new Rooted(request), response)
                : request.startAsync();
        context.setTimeout(0);
        return context;
    }

    /** A request with a target that every container parses alike. */
    private static final class Rooted extends HttpServletRequestWrapper {
        Rooted(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getRequestURI() {
            return "/";
        }
    }
}
