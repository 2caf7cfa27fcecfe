package redisproxy.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

/**
 * Has each connection of a port, and of the one with TLS beside it, begin with a header of the PROXY protocol, by which a proxy in front announces its client's address. A proxy
 * that is trusted has to send one, all others must not. Thread-safe; never blocks.
 */
public final class ProxyHeaders {
    /** Connections of which none is expected. */
    public static final ProxyHeaders NONE =
            new ProxyHeaders(AddressRanges.of(List.of()), () -> 0, text -> {}, /* isExpected= */ false);

    /** More connections than this do not wait for their header. */
    static final int MOST_WAITING = 10_000;

    private final AddressRanges trusted;
    private final LongSupplier timeoutNanos;
    private final Consumer<String> log;
    private final boolean isExpected;
    private final Set<ProxyHeaderConnection> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean isDraining;

    /**
     * Expects headers.
     *
     * @param trusted the proxies in front
     * @param timeoutNanos returns for how many nanoseconds a header may be awaited
     * @param log takes a line for each connection that is refused, without a full stop; any thread may call it
     */
    public ProxyHeaders(AddressRanges trusted, LongSupplier timeoutNanos, Consumer<String> log) {
        this(trusted, timeoutNanos, log, /* isExpected= */ true);
    }

    private ProxyHeaders(AddressRanges trusted, LongSupplier timeoutNanos, Consumer<String> log, boolean isExpected) {
        this.trusted = trusted;
        this.timeoutNanos = timeoutNanos;
        this.log = log;
        this.isExpected = isExpected;
    }

    /**
     * Returns the connection that an accepted socket begins with.
     *
     * @param next makes the connection that serves the client, once its address is known
     */
    public Connection first(EndPoint endPoint, Executor executor, Function<EndPoint, Connection> next) {
        return isExpected && endPoint instanceof RoundEndPoint socket
                ? new ProxyHeaderConnection(socket, executor, this, isTrusted(socket), next)
                : next.apply(endPoint);
    }

    private boolean isTrusted(EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress peer
                && trusted.contains(peer.getAddress());
    }

    /** Closes the connections that still await their header, and those that come, since the port stops. */
    public void drain() {
        isDraining = true;
        waiting.forEach(each -> each.getEndPoint().close());
    }

    boolean isDraining() {
        return isDraining;
    }

    long timeoutNanos() {
        return timeoutNanos.getAsLong();
    }

    /** Notes a connection that awaits its header; returns false if there are too many. */
    boolean await(ProxyHeaderConnection connection) {
        return waiting.size() < MOST_WAITING && waiting.add(connection);
    }

    void forget(ProxyHeaderConnection connection) {
        waiting.remove(connection);
    }

    /** Counts and tells of a connection that is refused. */
    void refused(RoundEndPoint endPoint, String why) {
        endPoint.round().traffic().refuseHeader();
        SocketAddress peer = endPoint.getRemoteSocketAddress();
        log.accept("A connection from %s was closed: %s".formatted(PeerAddress.of(peer), why));
    }

    /** Returns the address of a client that {@code proxy} has announced as {@code source}, or not at all if that is null. */
    static ClientAddress announced(@Nullable SocketAddress proxy, @Nullable InetSocketAddress source) {
        if (source == null) {
            // The proxy itself, or a client whose address it does not know: not one that is trusted for being on this
            // machine.
            return proxy instanceof InetSocketAddress inet
                    ? new ClientAddress(inet.getAddress(), inet.getPort(), /* isLocal= */ false)
                    : new ClientAddress(new InetSocketAddress(0).getAddress(), 0, /* isLocal= */ false);
        }
        boolean isLocal = ClientAddress.isLocal(proxy) && ClientAddress.isLocal(source);
        return new ClientAddress(source.getAddress(), source.getPort(), isLocal);
    }
}
