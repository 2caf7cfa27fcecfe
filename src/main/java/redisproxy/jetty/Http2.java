package redisproxy.jetty;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import redisproxy.cache.ReadThroughCache;

/**
 * HTTP/2 as this port speaks it (RFC 9113): by Jetty, within bounds. Clients begin it by its preface, on a plain port without having
 * been asked (section 3.3) and with TLS after ALPN. Thread-safe.
 */
final class Http2 {
    /** The name of the protocol among those of a connector. */
    static final String PROTOCOL = "h2";

    /** What RFC 9113, section 5.1.2, recommends at least, and most servers take. */
    private static final int MAX_STREAMS = 100;

    /**
     * What a client may send ahead, on a connection and on a stream: the least that HTTP/2 has for both. Less for a stream would end
     * connections whose clients begin a body before they have read so (RFC 9113, section 6.9.3), since Jetty does not wait for that.
     */
    private static final int WINDOW_BYTES = 65_535;

    /** What Jetty and the servlet layer have for a request. */
    private static final int REQUEST_BYTES = 4 * 1024;

    private static final int FIELD_BYTES = 96;

    private Http2() {}

    /**
     * Makes the factory of connections.
     *
     * @param clientNanos how long a client may take to send the rest of a request, or to take some of an answer
     * @param cache has the values that connections answer with by themselves
     */
    static HTTP2ServerConnectionFactory connections(
            HttpConfiguration configuration, long clientNanos, ReadThroughCache cache, HttpServices services) {
        HttpConfiguration own = new HttpConfiguration(configuration);
        // Jetty looks at the target after that.
        own.addCustomizer((request, headers) -> normalized(request));
        HTTP2ServerConnectionFactory connections = new Http2Connections(own, cache, services);
        connections.setMaxConcurrentStreams(MAX_STREAMS);
        connections.setInitialSessionRecvWindow(WINDOW_BYTES);
        connections.setInitialStreamRecvWindow(WINDOW_BYTES);
        // WebSocket over HTTP/2 alone needs it.
        connections.setConnectProtocolEnabled(false);
        limitStreams(connections, clientNanos);
        return connections;
    }

    /** Has this time apply to connections from now on. */
    static void limitStreams(HTTP2ServerConnectionFactory connections, long clientNanos) {
        connections.setStreamIdleTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(clientNanos)));
    }

    /** Returns about how much memory a request with these fields takes. */
    static long bytes(HttpFields fields) {
        long bytes = REQUEST_BYTES;
        for (HttpField field : fields) {
            String value = field.getValue();
            bytes += FIELD_BYTES + field.getName().length() + (value == null ? 0 : value.length());
        }
        return bytes;
    }

    /** Returns the request with a target that Jetty passes on, as HTTP/1.1 has it by {@link TargetNormalizer}. */
    private static Request normalized(Request request) {
        HttpURI uri = request.getHttpURI();
        String target = uri.getPathQuery();
        if (target == null) {
            return request;
        }
        String normal = TargetNormalizer.normalize(request.getMethod(), target);
        return normal.equals(target)
                ? request
                : Request.serveAs(request, HttpURI.build(uri).pathQuery(normal).asImmutable());
    }
}
