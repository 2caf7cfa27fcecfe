package redisproxy.jetty;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.api.server.ServerSessionListener;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answer;
import redisproxy.net.RoundEndPoint;

/** Makes connections of HTTP/2 that answer hits by themselves, and leave all other requests to Jetty. Thread-safe. */
final class Http2Connections extends HTTP2ServerConnectionFactory {
    private final ReadThroughCache cache;
    private final HttpServices services;

    /** The fields of answers that are the same for all with one head, on all connections. */
    private final Map<Answer.Head, HttpFields> heads = new ConcurrentHashMap<>();

    Http2Connections(HttpConfiguration configuration, ReadThroughCache cache, HttpServices services) {
        super(configuration);
        this.cache = cache;
        this.services = services;
    }

    @Override
    protected ServerSessionListener newSessionListener(Connector connector, EndPoint endPoint) {
        return new Listener(endPoint, new Http2Hits(connector, (RoundEndPoint) endPoint, cache, services, heads));
    }

    private final class Listener extends HTTPServerSessionListener {
        private final Http2Hits hits;

        Listener(EndPoint endPoint, Http2Hits hits) {
            super(endPoint);
            this.hits = hits;
        }

        /** Nobody listens to a stream that has been answered. */
        @Override
        public Stream.@Nullable Listener onNewStream(Stream stream, HeadersFrame frame) {
            return stream instanceof HTTP2Stream own && hits.answer(own, frame)
                    ? null
                    : super.onNewStream(stream, frame);
        }
    }
}
