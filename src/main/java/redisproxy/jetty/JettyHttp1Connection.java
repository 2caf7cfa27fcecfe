package redisproxy.jetty;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import redisproxy.net.CostTurns;
import redisproxy.net.HangUp;
import redisproxy.net.ReadableSource;

/**
 * Jetty's HTTP/1.1 connection, which hands itself to a {@link FastPath} between requests. This is the one class that leans on
 * Jetty's internal classes; {@code JettyInternalsTest} checks what it takes for granted of them.
 */
final class JettyHttp1Connection extends HttpConnection {
    /*
     * What has the connection
     * -----------------------
     * Between requests, the fast path: it waits for what arrives, answers repeated requests, and gives Jetty all others with
     * `handle`. Jetty has the connection until it waits for more while no request has begun (`fillInterested`). One thread at a
     * time has the connection, and hands it on through the end point, the cache or the executor.
     */

    /** A few requests that are not repeated. */
    private static final int BYTES_AT_ONCE = 512;

    private static final int REQUESTS_PER_TURN = 4;

    /** Twice as many as other servers take. */
    static final int MAX_FIELDS = 200;

    private final ReadableSource source;
    private final CostTurns turns;
    private final HangUp hangUp;
    private final HeadTimeout headTimeout;
    private final HeadMemory memory;
    private final FastPath fastPath;
    private final HttpServices services;

    /** Jetty could not parse a request. Once it has answered so, the rest of what was read is not left to it. */
    private volatile boolean refused;

    /** Calls of {@link #onFillable} that have not been served, the one under way included. */
    private final AtomicInteger fills = new AtomicInteger();

    private final Runnable read = this::read;

    /** The beginning of a head has been handed over, which is not whole. */
    private volatile boolean partial;

    JettyHttp1Connection(
            HttpConfiguration configuration, Connector connector, ReadableSource source, HttpServices services) {
        super(configuration, connector, source);
        this.source = source;
        this.services = services;
        // While it drops the rest of a body that the handler has not read, Jetty does not wait.
        this.turns = new CostTurns(
                services.turns(),
                BYTES_AT_ONCE,
                REQUESTS_PER_TURN,
                () -> !getParser().inContentState());
        source.limitCosts(turns);
        this.hangUp = new HangUp(source, connector.getExecutor());
        this.headTimeout = new HeadTimeout(source, hangUp, services);
        this.memory = new HeadMemory(source, services.memory());
        this.fastPath = new FastPath(this, source, turns, hangUp, headTimeout, memory, services);
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String target, HttpVersion version) {
        return new Stream(method, TargetNormalizer.normalize(method, target), version);
    }

    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
        HttpParser plain = super.newHttpParser(compliance);
        HttpParser strict = new StrictParser(
                (HttpParser.RequestHandler) plain.getHandler(),
                getHttpConfiguration().getRequestHeaderSize(),
                compliance);
        strict.setHeaderCacheSize(plain.getHeaderCacheSize());
        return strict;
    }

    @Override
    protected RequestHandler newRequestHandler() {
        return new RequestHandler() {
            private final TransferCodings codings = new TransferCodings();
            private int count;

            @Override
            public void startRequest(String method, String uri, HttpVersion version) {
                count = 0;
                codings.begin();
                super.startRequest(method, uri, version);
            }

            @Override
            public void parsedHeader(HttpField field) {
                countField();
                if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
                    codings.add(Objects.requireNonNullElse(field.getValue(), ""));
                }
                super.parsedHeader(checked(field));
            }

            @Override
            public boolean headerComplete() {
                codings.complete();
                return super.headerComplete();
            }

            @Override
            public void parsedTrailer(HttpField field) {
                countField();
                super.parsedTrailer(field);
            }

            /** An object for each field takes much more than its bytes. */
            private void countField() {
                if (++count > MAX_FIELDS) {
                    throw new HttpException.RuntimeException(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
                }
            }

            @Override
            public void badMessage(HttpException failure) {
                refused = true;
                super.badMessage(failure);
            }
        };
    }

    private HttpField checked(HttpField field) {
        HttpHeader header = field.getHeader();
        if (header == HttpHeader.TRANSFER_ENCODING && getHttpVersion() == HttpVersion.HTTP_1_0) {
            // RFC 9112, section 6.1: where the body ends is not certain.
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "Transfer-Encoding in HTTP/1.0");
        }
        String value = field.getValue();
        if (header != HttpHeader.HOST || value == null || value.isEmpty()) {
            return field;
        }
        return new HostPortHttpField(header, field.getName(), Authority.parse(value));
    }

    /**
     * Notes that Jetty has parsed a request with these fields and is about to handle it. Returns false if there is no memory for
     * its head.
     */
    boolean parsed(HttpFields fields) {
        fastPath.parsed(fields, isRequestBufferEmpty());
        partial = false;
        headTimeout.complete();
        turns.noteCost(source.isBusy());
        boolean isHeld = memory.holdsWhole(getParser().getHeaderLength(), fastPath.bytes());
        if (!isHeld) {
            services.answers().countRefusedRequest();
        }
        return isHeld;
    }

    /** Has a thread of the pool read these bytes as Jetty does, and then what the source has. */
    void handle(byte[] bytes, int start, int end) {
        headTimeout.recount();
        partial = start < end && !RequestStart.isWholeHead(bytes, start, end);
        if (start < end) {
            onUpgradeTo(ByteBuffer.wrap(bytes, start, end - start));
        }
        try {
            getExecutor().execute(this);
        } catch (RejectedExecutionException e) {
            source.close(e);
        }
    }

    /** Has the source served as HTTP/2, of which it has the preface. */
    void becomeHttp2() {
        ConnectionFactory http2 = Objects.requireNonNull(getConnector().getConnectionFactory(Http2.PROTOCOL));
        try {
            // It serves its first requests on the thread that opens it.
            getExecutor().execute(() -> source.upgrade(http2.newConnection(getConnector(), source)));
        } catch (RejectedExecutionException e) {
            source.close(e);
        }
    }

    /** Jetty waits for more bytes. */
    @Override
    public void fillInterested(Callback callback) {
        if (isParserClosed()) {
            // Otherwise an error is being answered on another thread, which comes back to this connection.
            if (isResponseComplete()) {
                hangUp.now();
            }
        } else if (isBetweenRequests()) {
            if (memory.holdsIdle(fastPath.bytes())) {
                fastPath.awaitRequest();
            } else {
                hangUp.now();
            }
        } else if (!memory.holdsRest(getParser().getHeaderLength(), fastPath.bytes())) {
            hangUp.now(services.encoder().last(services.answers().outOfMemory(memory.mostOfAll())));
        } else {
            headTimeout.awaitRest(getBytesIn(), () -> super.fillInterested(callback));
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        if (cause instanceof TimeoutException && headTimeout.isIncomplete()) {
            headTimeout.answer();
        } else {
            super.onFillInterestedFailed(cause);
        }
    }

    /**
     * Reads as Jetty does, but never on two threads at once. Jetty answers a request that it cannot parse on another thread,
     * which then reads on into the buffer that the parsing thread is about to give back, and that may soon be another
     * connection's.
     */
    @Override
    public void onFillable() {
        if (fills.getAndIncrement() == 0) {
            if (partial || headTimeout.isIncomplete()) {
                services.headReads().run(read);
            } else {
                read();
            }
        }
    }

    private void read() {
        do {
            if (source.getConnection() == this) {
                if (refused && isResponseComplete()) {
                    hangUp.now();
                } else if (isBetweenRequests() && source.hasUnread()) {
                    fastPath.awaitRequest();
                } else {
                    super.onFillable();
                }
            }
        } while (fills.decrementAndGet() > 0);
    }

    private boolean isBetweenRequests() {
        return getParser().isStart() && isRequestBufferEmpty();
    }

    private boolean isResponseComplete() {
        return getHttpChannel().getRequest() == null;
    }

    private boolean isParserClosed() {
        return getParser().isClose() || getParser().isClosed();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        memory.close();
        services.headReads().forget(read);
    }

    /** Ends the wait for a head that takes too long. Thread-safe. */
    void sweep(long now) {
        headTimeout.sweep(now, fastPath::wake);
    }

    /** Only between requests is a connection idle. Otherwise loads, and what a client may take, have limits of their own. */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        return !headTimeout.isIncomplete()
                && !fastPath.isAnswering()
                && isResponseComplete()
                && super.onIdleExpired(timeout);
    }

    /** Says that the connection ends also to clients of other versions than HTTP/1.1. To these Jetty says it. */
    private final class Stream extends HttpStreamOverHTTP1 {
        private final HttpVersion version;

        Stream(String method, String target, HttpVersion version) {
            super(method, target, version);
            this.version = version;
        }

        @Override
        public void prepareResponse(HttpFields.Mutable headers) {
            super.prepareResponse(headers);
            if (version != HttpVersion.HTTP_1_1
                    && (!isPersistent() || getConnector().isShutdown())) {
                headers.add(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            }
        }
    }
}
