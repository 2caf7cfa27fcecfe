package redisproxy.net;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.ReadThroughCache;

/** The rounds of one connector, one for each of its selectors. Thread-safe. */
public final class Rounds {
    private final ReadThroughCache cache;
    private final Map<ManagedSelector, Round> rounds = new ConcurrentHashMap<>();
    private final Traffic traffic = new Traffic();
    private final @Nullable TlsPort tls;

    /** Makes the rounds of a connector that answers from {@code cache}, without TLS. */
    public Rounds(ReadThroughCache cache) {
        this(cache, null);
    }

    /** Makes the rounds of a connector that answers from {@code cache}, with TLS unless {@code tls} is null. */
    public Rounds(ReadThroughCache cache, @Nullable TlsPort tls) {
        this.cache = cache;
        this.tls = tls;
    }

    /** Makes the end point of an accepted socket, for the connector's method of the same name. */
    public RoundEndPoint newEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            ByteBufferPool pool) {
        Round round = rounds.computeIfAbsent(selector, owner -> new Round(cache, owner, pool, traffic));
        traffic.open();
        return new RoundEndPoint(channel, selector, key, scheduler, round, tls);
    }

    /** Returns the figures of TLS; {@link TlsStats#NONE} without it. */
    public TlsStats tlsStats() {
        return tls == null ? TlsStats.NONE : tls.stats();
    }

    /** Returns the figures of the connections that these rounds serve, of which {@code open} are open now. */
    public PortStats stats(int open) {
        return traffic.stats(open);
    }
}
