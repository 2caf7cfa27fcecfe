package redisproxy.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits the requests in process and refuses the excess at once with 503. A request holds its permit until its response is
 * complete, also when it is completed asynchronously. Thread-safe.
 */
public final class QoSFilter extends HttpFilter {
    private static final long serialVersionUID = 1;
    private static final String PERMIT = QoSFilter.class.getName() + ".permit";

    private final Permits permits;
    private final Answers answers;

    /** Makes a filter that lets a request pass if there is a permit for it. */
    public QoSFilter(Permits permits, Answers answers) {
        this.permits = permits;
        this.answers = answers;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!permits.tryAcquire()) {
            Responses.writeWhole(request, response, answers.tooManyRequests(permits.most()));
            return;
        }
        PermittedRequest permitted = new PermittedRequest(request);
        permitted.setAttribute(PERMIT, permitted);
        try {
            chain.doFilter(permitted, response);
        } finally {
            if (!permitted.startedAsync) {
                permitted.giveBack();
            }
        }
    }

    /**
     * Gives the permit of a request back at once. Call it before the container gets the last bytes of the response, since a
     * client that has read them may send its next request; and when the client has closed its connection, since Jetty
     * notifies no listener of the end of a response that is shorter than its Content-Length.
     */
    static void giveBack(ServletRequest request) {
        if (request.getAttribute(PERMIT) instanceof PermittedRequest permitted) {
            permitted.giveBack();
        }
    }

    /** A request that holds a permit. It notices that it becomes asynchronous before any thread can complete it. */
    private final class PermittedRequest extends HttpServletRequestWrapper implements AsyncListener {
        private final AtomicBoolean given = new AtomicBoolean();
        private boolean startedAsync;

        PermittedRequest(HttpServletRequest request) {
            super(request);
        }

        @Override
        public AsyncContext startAsync() {
            return watch(super.startAsync());
        }

        @Override
        public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
            return watch(super.startAsync(request, response));
        }

        private AsyncContext watch(AsyncContext context) {
            context.addListener(this);
            startedAsync = true;
            return context;
        }

        private void giveBack() {
            if (given.compareAndSet(false, true)) {
                permits.release();
            }
        }

        @Override
        public void onComplete(AsyncEvent event) {
            giveBack();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
