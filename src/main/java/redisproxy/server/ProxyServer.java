package redisproxy.server;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.cache.TrackingStatus;

/** The proxy as a process of its own: both ports in front of one cache. Thread-safe. */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final Core core;

    private ProxyServer(Core core) {
        this.core = core;
    }

    /**
     * Starts both ports. Does not wait for Redis.
     *
     * @throws StartException if a port cannot be bound or the cache does not fit into the heap
     */
    public static ProxyServer start(ProxyConfig config) {
        return start(StartSettings.fixed(config), why -> LOG.error("Cannot go on: {}; start the proxy again", why));
    }

    /**
     * As above.
     *
     * @param end ends the proxy if it cannot go on, or does not stop; the text is the cause. A thread of the proxy calls it.
     */
    static ProxyServer start(StartSettings start, Consumer<String> end) {
        Core core = Core.withBothPorts(start, end);
        core.start();
        return new ProxyServer(core);
    }

    /**
     * Returns the HTTP port that is bound.
     *
     * @throws IllegalStateException if there is none
     */
    public int httpPort() {
        return core.ports().bound(SettingsCatalog.PROXY_PORT);
    }

    /**
     * Returns the HTTPS port that is bound.
     *
     * @throws IllegalStateException if there is none
     */
    public int httpsPort() {
        return core.ports().bound(TlsCatalog.PROXY_TLS_PORT);
    }

    /**
     * Returns the RESP port with TLS that is bound.
     *
     * @throws IllegalStateException if there is none
     */
    public int tcpTlsPort() {
        return core.ports().bound(TlsCatalog.TCP_TLS_PORT);
    }

    /**
     * Returns the RESP port that is bound.
     *
     * @throws IllegalStateException if there is none
     */
    public int respPort() {
        return core.ports().bound(SettingsCatalog.TCP_PORT);
    }

    /** Returns the admin port that is bound, or null if there is none. */
    public @Nullable Integer adminPort() {
        return core.admin().bound();
    }

    /** Tells at the admin port from now on that the proxy wants no more requests. It goes on serving. */
    void unready() {
        core.unready();
    }

    /** Returns whether Redis reports writes at present. */
    TrackingStatus trackingStatus() {
        return core.storeStats().tracking();
    }

    /** Has the file of the access log opened anew; returns false if there is no access log. */
    boolean reopenAccessLog() {
        return core.reopenAccessLog();
    }

    /**
     * Reads the settings anew; {@code by} says what asked for it. Blocks.
     *
     * @throws ConfigException if one is not accepted; nothing has changed then
     */
    Reloaded reload(String by) {
        return core.reload(by);
    }

    /** Returns for how long the proxy serves on once it has been told to stop and is not ready any more. */
    Duration drainDelay() {
        return core.config().drainDelay();
    }

    /** Returns how long a stop waits for requests in process. */
    Duration drainLimit() {
        return Draining.limit(core.config().redis().timeout());
    }

    /** Tells that the ports are open. */
    void tellStarted() {
        core.tellStarted();
    }

    /** Tells that the proxy has been told to stop; {@code text} says by what. */
    void tellStopping(String text) {
        core.tellStopping(text);
    }

    /** Stops accepting, finishes requests in process for a bounded time, then closes all connections. Blocks. */
    @Override
    public void close() {
        core.close();
    }

    /** Returns one line with the addresses and the main settings. */
    @Override
    public String toString() {
        return core.toString();
    }
}
