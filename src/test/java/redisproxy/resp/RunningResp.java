package redisproxy.resp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import redisproxy.auth.Authority;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.LoadObserver;
import redisproxy.cache.LoadReport;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.TestTls;
import redisproxy.measure.Accesses;
import redisproxy.net.ClientMemory;
import redisproxy.net.TlsStats;
import redisproxy.testkit.Address;
import redisproxy.testkit.RespClient;

/** A RESP port on a real server, with a backing store that the test controls. */
final class RunningResp implements AutoCloseable {
    static final int MAX_CONNECTIONS = 30;
    private static final long STOP_TIMEOUT_MILLIS = 3_000;

    final FakeStore store = new FakeStore();
    final Queue<LoadReport> loads = new ConcurrentLinkedQueue<>();
    final Authority authority = Authority.open();
    private final ReadThroughCache cache;
    private final Server server;
    private final RespConnector connector;
    private final RespConnector secure;
    private final Transport transport;

    /** What its clients speak. */
    enum Transport {
        PLAIN,
        TLS
    }

    RunningResp() {
        this(Transport.PLAIN);
    }

    RunningResp(Transport transport) {
        this(transport, new RespConfig("127.0.0.1", 0, MAX_CONNECTIONS));
    }

    RunningResp(Transport transport, RespConfig config) {
        this(
                transport,
                config,
                ClientMemory.ofHeap(),
                new CacheConfig(10_000, Duration.ofMinutes(10)),
                Ticker.system(),
                SlowLoadConfig.defaults());
    }

    /** With TLS by these engines. */
    RunningResp(Supplier<SSLEngine> engines) {
        this(
                Transport.TLS,
                new RespConfig("127.0.0.1", 0, MAX_CONNECTIONS),
                ClientMemory.ofHeap(),
                new CacheConfig(10_000, Duration.ofMinutes(10)),
                Ticker.system(),
                SlowLoadConfig.defaults(),
                engines);
    }

    RunningResp(RespConfig config) {
        this(config, ClientMemory.ofHeap());
    }

    RunningResp(RespConfig config, ClientMemory memory) {
        this(config, memory, new CacheConfig(10_000, Duration.ofMinutes(10)), Ticker.system());
    }

    /** With a cache of that configuration, on this clock. */
    RunningResp(CacheConfig cacheConfig, Ticker ticker) {
        this(new RespConfig("127.0.0.1", 0, MAX_CONNECTIONS), ClientMemory.ofHeap(), cacheConfig, ticker);
    }

    /** With these bounds for slow loads. */
    RunningResp(SlowLoadConfig slow) {
        this(
                Transport.PLAIN,
                new RespConfig("127.0.0.1", 0, MAX_CONNECTIONS),
                ClientMemory.ofHeap(),
                new CacheConfig(10_000, Duration.ofMinutes(10)),
                Ticker.system(),
                slow);
    }

    private RunningResp(RespConfig config, ClientMemory memory, CacheConfig cacheConfig, Ticker ticker) {
        this(Transport.PLAIN, config, memory, cacheConfig, ticker, SlowLoadConfig.defaults());
    }

    private RunningResp(
            Transport transport,
            RespConfig config,
            ClientMemory memory,
            CacheConfig cacheConfig,
            Ticker ticker,
            SlowLoadConfig slow) {
        this(transport, config, memory, cacheConfig, ticker, slow, TestTls.shared()::newEngine);
    }

    private RunningResp(
            Transport transport,
            RespConfig config,
            ClientMemory memory,
            CacheConfig cacheConfig,
            Ticker ticker,
            SlowLoadConfig slow,
            Supplier<SSLEngine> engines) {
        this.transport = transport;
        SlowLoads slowLoads = new SlowLoads(slow);
        cache = new ReadThroughCache(
                cacheConfig, store, ticker, LoadObserver.all(List.<LoadObserver>of(loads::add, slowLoads)));
        server = new Server(new QueuedThreadPool(8));
        connector = RespConnector.create(
                server,
                config,
                cache,
                store,
                /* relay= */ null,
                authority,
                new Accesses(),
                memory,
                () -> Map.of("ttl", "600"),
                "1.2.3",
                slowLoads,
                /* accessLog= */ null,
                List.of());
        secure = connector.withTls(engines, "127.0.0.1", 0);
        server.addConnector(connector);
        server.addConnector(secure);
        server.setStopTimeout(STOP_TIMEOUT_MILLIS);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Address address() {
        return Address.loopback((transport == Transport.TLS ? secure : connector).getLocalPort());
    }

    RespClient connect() {
        return transport == Transport.TLS ? connect(TestTls.shared().newClient()) : RespClient.connect(address());
    }

    /** Connects with TLS of that client. */
    RespClient connect(SSLSocketFactory tls) {
        return RespClient.connect(address(), tls);
    }

    TlsStats tlsStats() {
        return connector.tlsStats();
    }

    ReadThroughCache cache() {
        return cache;
    }

    long hits() {
        return cache.stats().hits();
    }

    RespStats stats() {
        return connector.stats();
    }

    /** Stops gracefully; blocks. */
    void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        store.release();
        stop();
        cache.close();
    }
}
