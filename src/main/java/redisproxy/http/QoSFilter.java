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
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets at most so many requests be in process at once and refuses the excess with 503 at once. A request holds its
 * permit until its response is complete, also when that happens asynchronously. Thread-safe.
 */
public final class QoSFilter implements Filter {
    private static final String PERMIT = QoSFilter.class.getName() + ".permit";

    private final Permits permits;

    /** Makes a filter that lets a request through if it gets a permit. */
    public QoSFilter(Permits permits) {
        this.permits = permits;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!permits.tryAcquire()) {
            refuse((HttpServletRequest) request, (HttpServletResponse) response);
            return;
        }
        PermittedRequest permitted = new PermittedRequest((HttpServletRequest) request);
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
     * Gives the permit of a request back, at once: when the container is about to get the last of its response, since
     * whoever has read that may ask again; or when its client is gone, since Jetty tells no listener of the end of a
     * response that is shorter than its Content-Length.
     */
    static void giveBack(ServletRequest request) {
        if (request.getAttribute(PERMIT) instanceof PermittedRequest permitted) {
            permitted.giveBack();
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String text = "%d requests are in process, the most allowed\n".formatted(permits.most());
        Responses.writeWhole(request, response, Answer.text(Answer.Head.UNAVAILABLE, text));
    }

    /** A request that holds a permit, and that sees itself become asynchronous before anybody can complete it. */
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
