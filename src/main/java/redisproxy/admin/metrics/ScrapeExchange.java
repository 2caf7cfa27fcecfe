package redisproxy.admin.metrics;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One scrape as the Prometheus client sees it, over Jetty's request and response. What it writes is gathered, and sent at the end
 * without waiting for a client that reads slowly: else a few such clients would take all threads, and no probe would be answered.
 * Belongs to the thread that answers.
 */
final class ScrapeExchange implements PrometheusHttpExchange, PrometheusHttpRequest, PrometheusHttpResponse {
    private static final Logger LOG = LoggerFactory.getLogger(ScrapeExchange.class);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Throwable failure;
    private boolean isClosed;

    ScrapeExchange(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    @Override
    public PrometheusHttpRequest getRequest() {
        return this;
    }

    @Override
    public PrometheusHttpResponse getResponse() {
        return this;
    }

    /* --------------- The request --------------- */

    @Override
    public String getRequestPath() {
        return Request.getPathInContext(request);
    }

    @Override
    public @Nullable String getQueryString() {
        return request.getHttpURI().getQuery();
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return Collections.enumeration(request.getHeaders().getValuesList(name));
    }

    @Override
    public String getMethod() {
        return request.getMethod();
    }

    /* --------------- The response --------------- */

    @Override
    public void setHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    @Override
    public OutputStream sendHeadersAndGetBody(int statusCode, int contentLength) {
        response.setStatus(statusCode);
        return body;
    }

    /* --------------- The end --------------- */

    @Override
    public void handleException(IOException e) {
        LOG.debug("A scrape was not read to its end", e);
        failure = e;
    }

    @Override
    public void handleException(RuntimeException e) {
        LOG.error("A scrape failed", e);
        failure = e;
    }

    /** Sends the answer the first time; the Prometheus client closes an exchange, and so does the one that made it. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (failure == null) {
            // A HEAD has the length of the GET and no body, which Jetty sees to.
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.size());
            response.write(true, ByteBuffer.wrap(body.toByteArray()), callback);
        } else {
            callback.failed(failure);
        }
    }
}
