package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import redisproxy.auth.Authority;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadReport;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.http.Answers;
import redisproxy.http.Browsers;
import redisproxy.http.HttpConfig;
import redisproxy.http.Permits;
import redisproxy.net.ClientMemory;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.tls.ServerTls;

/** The connector on a free port, with a store that the test controls and any handler instead of the servlets. */
final class RunningConnector implements AutoCloseable {
    static final int MAX_WAITING = 3;

    private static final int MANY_WAITING = 10_000;

    final FakeStore store = new FakeStore().put("k", "value");
    final Authority authority = Authority.open();
    final ReadThroughCache cache;
    final Queue<LoadReport> loads = new ConcurrentLinkedQueue<>();
    private final Server server = new Server();
    final Answers answers;
    final HttpConnector connector;
    private final List<HttpConnection> connections = new ArrayList<>();

    private RunningConnector(Handler servlets, HttpConfig http, int maxWaiting, ClientMemory memory, Ticker ticker)
            throws Exception {
        CacheConfig config = new CacheConfig(100, Duration.ofMinutes(10));
        cache = new ReadThroughCache(config, store, ticker, loads::add);
        answers = new Answers(cache, config, /* maxAge= */ null);
        connector = HttpConnector.create(
                server,
                http,
                new Browsers(http.browsers()),
                cache,
                answers,
                new Permits(http.maxRequests()),
                memory,
                authority,
                /* accessLog= */ null,
                maxWaiting);
        server.addConnector(connector);
        server.setHandler(HttpConnector.around(servlets));
        server.setStopTimeout(10_000);
        server.start();
    }

    private RunningConnector(Handler servlets, HttpConfig http, int maxWaiting, ClientMemory memory) throws Exception {
        this(servlets, http, maxWaiting, memory, Ticker.system());
    }

    /** With a cache on this clock, and a TTL of ten minutes. */
    static RunningConnector start(Ticker ticker) throws Exception {
        return new RunningConnector(
                new Teapot(), new HttpConfig("127.0.0.1", 0, 10), MANY_WAITING, ClientMemory.ofHeap(), ticker);
    }

    /** With so many requests at once, and a {@link Teapot} that answers what the fast path does not. */
    static RunningConnector start(int maxRequests) throws Exception {
        return new RunningConnector(
                new Teapot(), new HttpConfig("127.0.0.1", 0, maxRequests), MANY_WAITING, ClientMemory.ofHeap());
    }

    /** With so much memory for what is held for clients. */
    static RunningConnector start(Handler servlets, ClientMemory memory) throws Exception {
        return new RunningConnector(servlets, new HttpConfig("127.0.0.1", 0, 10), MANY_WAITING, memory);
    }

    /** With this client timeout, and {@link #MAX_WAITING} connections beside those whose requests are in process. */
    static RunningConnector start(Handler servlets, int maxRequests, Duration clientTimeout) throws Exception {
        return new RunningConnector(
                servlets,
                new HttpConfig("127.0.0.1", 0, maxRequests, null, clientTimeout, Duration.ofMinutes(1)),
                MAX_WAITING,
                ClientMemory.ofHeap());
    }

    /** With this idle timeout. */
    static RunningConnector startIdle(Duration idleTimeout) throws Exception {
        return new RunningConnector(
                new Teapot(),
                new HttpConfig("127.0.0.1", 0, 100, null, Duration.ofMinutes(1), idleTimeout),
                MANY_WAITING,
                ClientMemory.ofHeap());
    }

    /** Opens a port with TLS beside the plain one, and returns its number. */
    int openTls(ServerTls tls) throws Exception {
        HttpConnector secure = connector.withTls(tls, 0);
        server.addBean(secure, /* managed= */ true);
        secure.start();
        return secure.getLocalPort();
    }

    HttpConnection connect() {
        HttpConnection connection = HttpConnection.connect(address());
        connections.add(connection);
        return connection;
    }

    /** A connection that has learned the headers of {@link #get}, from Jetty or from another connection. */
    HttpConnection known() {
        HttpConnection connection = connect();
        assertThat(get(connection, "/k").status()).isIn(200, Teapot.STATUS);
        return connection;
    }

    static HttpAnswer get(HttpConnection connection, String target) {
        connection.send(HttpConnection.request("GET " + target));
        return connection.read();
    }

    Address address() {
        return Address.loopback(connector.getLocalPort());
    }

    /** Sets the value that a load of the key brings. */
    void put(String key, byte[] value) {
        store.put(Bytes.utf8(key), Bytes.of(value));
    }

    void stopServer() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        store.release();
        connections.forEach(HttpConnection::close);
        stopServer();
        cache.close();
    }
}
