package redisproxy.jetty;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http2.HTTP2Stream;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.cache.Entry;
import redisproxy.cache.ReadThroughCache;
import redisproxy.http.Answer;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.HeaderField;
import redisproxy.http.HttpLogins;
import redisproxy.http.Representation;
import redisproxy.http.RequestTarget;
import redisproxy.net.PeerAddress;
import redisproxy.net.RoundEndPoint;

/**
 * Answers GETs of one HTTP/2 connection whose keys are cached, on the thread that reads them and without the servlet. It does so for
 * requests that the servlet would answer in the same way whatever else they say; all others are left to it. Belongs to the thread that
 * reads the connection.
 */
final class Http2Hits {
    private static final String GET = "GET";
    private static final String BEFORE_KEY = "/";
    private static final String BEFORE_PARAMETER = "/query?key=";

    /** After so many answers others are read, even if the client goes on sending. */
    private static final int MOST_IN_A_ROW = 32;

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private final Connector connector;
    private final RoundEndPoint endPoint;
    private final ReadThroughCache cache;
    private final HttpServices services;
    private final ClientCertificate certificateNames;
    private final Map<Answer.Head, HttpFields> heads;

    private int inARow;

    /** The users that were asked who sends requests with {@link #credentials}; null before the first one. */
    private @Nullable Users users;

    private List<String> credentials = List.of();

    /** Who that is. */
    private Principal principal = Principal.NOBODY;

    Http2Hits(
            Connector connector,
            RoundEndPoint endPoint,
            ReadThroughCache cache,
            HttpServices services,
            Map<Answer.Head, HttpFields> heads) {
        this.connector = connector;
        this.endPoint = endPoint;
        this.cache = cache;
        this.services = services;
        this.heads = heads;
        this.certificateNames = new ClientCertificate(endPoint);
    }

    /** Answers the request that a stream begins with, or returns false. Never blocks. */
    boolean answer(HTTP2Stream stream, HeadersFrame frame) {
        if (!frame.isEndStream()
                || services.accessLog() != null
                || connector.isShutdown()
                || !(frame.getMetaData() instanceof MetaData.Request request)
                || !request.getMethod().equals(GET)) {
            return false;
        }
        HttpFields fields = request.getHttpFields();
        if (fields.size() > JettyHttp1Connection.MAX_FIELDS
                || !RepeatedHead.isMeaningless(fields)
                || !isPlain(request.getHttpURI(), fields)) {
            return false;
        }
        byte[] key = key(request.getHttpURI().getPathQuery());
        Principal sender = key == null ? null : sender(fields);
        return key != null
                && sender != null
                && sender.mayGet(key, 0, key.length)
                && answer(stream, fields, key, sender);
    }

    private boolean answer(HTTP2Stream stream, HttpFields fields, byte[] key, Principal sender) {
        if (services.memory().isShort() || !services.permits().tryAcquire()) {
            return false;
        }
        long begunNanos = System.nanoTime();
        Entry entry = cache.getIfPresent(key, 0, key.length);
        if (entry == null || Representation.isCostly(entry)) {
            services.permits().release();
            return false;
        }
        if (++inARow == MOST_IN_A_ROW) {
            inARow = 0;
            endPoint.letOthersRead();
        }
        long held = Http2.bytes(fields);
        services.memory().beginWait(held);
        Answer answer = services.answers().hit(entry);
        services.answers().answered(begunNanos);
        stream.send(frames(stream.getId(), answer, isOfSomebody(sender)), new Callback() {
            @Override
            public void succeeded() {
                end();
            }

            @Override
            public void failed(Throwable cause) {
                end();
            }

            private void end() {
                services.memory().endWait(held);
                services.permits().release();
            }

            @Override
            public InvocationType getInvocationType() {
                return InvocationType.NON_BLOCKING;
            }
        });
        return true;
    }

    /* --------------- Requests --------------- */

    /** The answer depends on the fields that browsers send if a page of another origin asks, or one for another host. */
    private boolean isPlain(HttpURI uri, HttpFields fields) {
        String host = uri.getHost();
        if (host == null || fields.contains(HttpHeader.HOST)) {
            return false;
        }
        int told = uri.getPort();
        int port = told > 0 ? told : "https".equals(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        return services.browsers().now().judge(host + ":" + port, fields::getValuesList) == BrowserPolicy.Verdict.PLAIN;
    }

    /** Returns the key if every server reads the target alike, or null. */
    private static byte @Nullable [] key(@Nullable String target) {
        if (target == null || !target.startsWith(BEFORE_KEY)) {
            return null;
        }
        boolean isParameter = target.startsWith(BEFORE_PARAMETER);
        int start = isParameter ? BEFORE_PARAMETER.length() : BEFORE_KEY.length();
        byte[] bytes = new byte[target.length()];
        for (int i = 0; i < bytes.length; i++) {
            char next = target.charAt(i);
            if (next > Byte.MAX_VALUE) {
                return null;
            }
            bytes[i] = (byte) next;
        }
        int end = isParameter
                ? RequestTarget.parameterEnd(bytes, start, bytes.length)
                : RequestTarget.keyEnd(bytes, start, bytes.length);
        if (end == start || end < bytes.length) {
            return null;
        }
        return Arrays.copyOfRange(bytes, start, RequestTarget.decodeKey(bytes, start, end));
    }

    /** Returns who sends a request with these fields, or null if the servlet has to find that out. */
    private @Nullable Principal sender(HttpFields fields) {
        Authority authority = services.authority();
        Users now = authority.current();
        List<String> shown = now.isOpen() || !fields.contains(HttpHeader.AUTHORIZATION)
                ? List.of()
                : fields.getValuesList(HttpHeader.AUTHORIZATION);
        if (now == users && shown.equals(credentials)) {
            return principal;
        }
        if (!shown.isEmpty() && authority.attempts().isBusy(host())) {
            return null;
        }
        Principal found =
                HttpLogins.find(now, shown, now.isOpen() ? List.of() : certificateNames.get(), /* isLocal= */ false);
        if (found != null) {
            principal = found;
            users = now;
            credentials = shown;
        }
        return found;
    }

    private String host() {
        return PeerAddress.host(PeerAddress.of(endPoint.getRemoteSocketAddress()));
    }

    private boolean isOfSomebody(Principal sender) {
        Users asked = users;
        return asked != null && sender != asked.anonymous(/* isLocal= */ false);
    }

    /* --------------- Answers --------------- */

    private HTTP2Stream.FrameList frames(int streamId, Answer answer, boolean isPrivate) {
        HttpFields.Mutable fields = HttpFields.build(heads.computeIfAbsent(answer.head(), this::fieldsOf));
        fields.add(connector.getServer().getDateField());
        services.browsers().now().commonHeaders().forEach(fields::add);
        HeaderField cacheControl = answer.cacheControl();
        if (cacheControl != null) {
            String value = isPrivate ? cacheControl.privateValue() : cacheControl.value();
            fields.add(new HttpField(HttpHeader.CACHE_CONTROL, value));
        }
        fields.add(answer.cacheStatus().name(), answer.cacheStatus().value());
        if (answer.hasValue()) {
            fields.add(HttpHeader.ETAG, answer.etag());
        }
        boolean hasBody = answer.length() > 0;
        MetaData.Response head = new MetaData.Response(
                answer.head().status(), null, HttpVersion.HTTP_2, fields.asImmutable(), answer.length());
        HeadersFrame headers = new HeadersFrame(streamId, head, null, !hasBody);
        if (!hasBody) {
            return new HTTP2Stream.FrameList(headers);
        }
        ByteBuffer body = ByteBuffer.wrap(answer.body(), answer.offset(), answer.length());
        return new HTTP2Stream.FrameList(headers, new DataFrame(streamId, body, /* endStream= */ true), null);
    }

    private HttpFields fieldsOf(Answer.Head head) {
        HttpFields.Mutable fields = HttpFields.build();
        Answer.COMMON_HEADERS.forEach((name, value) -> fields.add(new PreEncodedHttpField(name, value)));
        head.headers().forEach((name, value) -> fields.add(new PreEncodedHttpField(name, value)));
        String contentType = head.contentType();
        if (contentType != null) {
            fields.add(new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, contentType));
        }
        return fields.asImmutable();
    }
}
