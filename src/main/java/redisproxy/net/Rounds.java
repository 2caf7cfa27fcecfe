package redisproxy.net;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.thread.Scheduler;
import redisproxy.cache.ReadThroughCache;

/** The rounds of one connector, one for each of its selectors. Thread-safe. */
public final class Rounds {
    private final ReadThroughCache cache;
    private final Map<ManagedSelector, Round> rounds = new ConcurrentHashMap<>();
    private final Traffic traffic = new Traffic();

    /** Makes the rounds of a connector that answers from {@code cache}. */
    public Rounds(ReadThroughCache cache) {
        this.cache = cache;
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
        return new RoundEndPoint(channel, selector, key, scheduler, round);
    }

    /** Returns the figures of the connections that these rounds serve, of which {@code open} are open now. */
    public PortStats stats(int open) {
        return traffic.stats(open);
    }
}
