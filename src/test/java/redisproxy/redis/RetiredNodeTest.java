package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;
import static redisproxy.redis.StoreFixture.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.ReadThroughCache;
import redisproxy.cache.Ticker;
import redisproxy.testkit.Address;

/** What a node has not answered when it is not asked any more. */
final class RetiredNodeTest {
    private static final int MOST_SOCKETS = 100;

    private final Queue<Request> takenOver = new ConcurrentLinkedQueue<>();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        // The system tries to connect again only after a while, and learns then that nobody listens any more.
        await().atMost(Address.PATIENCE).until(() -> StoreFixture.ownThreads().isEmpty());
    }

    /** A host that has died answers no attempt to connect. */
    @Test
    void isTakenOverWhileAConnectionIsBeingMade() throws IOException {
        try (ServerSocket full = full()) {
            Address address = Address.loopback(full.getLocalPort());
            StandaloneStore store =
                    new StandaloneStore(config(address, 1, LONG), null, Duration.ofSeconds(1), taking());
            ReadThroughCache cache = new ReadThroughCache(CacheConfig.defaults(), store, Ticker.system());
            store.start(cache);
            Outcome connecting = StoreFixture.load(cache, "first");
            Outcome queued = StoreFixture.load(cache, "second");
            long started = System.nanoTime();
            Thread retiring = new Thread(store::retire);
            retiring.start();
            StoreFixture.recovers(() -> assertThat(takenOver)
                    .filteredOn(KeyRequest.class::isInstance)
                    .hasSize(2));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
            assertThat(connecting.isDone()).isFalse();
            assertThat(queued.isDone()).isFalse();
            cache.close();
        }
    }

    /** A server that completes no further connection. */
    private ServerSocket full() throws IOException {
        ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        for (int i = 0; i < MOST_SOCKETS; i++) {
            Socket socket = new Socket();
            sockets.add(socket);
            try {
                socket.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 200);
            } catch (SocketTimeoutException e) {
                return server;
            }
        }
        throw new IllegalStateException("the backlog has no end");
    }

    private Rerouting taking() {
        return new Rerouting() {
            @Override
            public boolean takesOver(Request request, String error) {
                return false;
            }

            @Override
            public void takeOver(List<Request> unfinished) {
                takenOver.addAll(unfinished);
            }

            @Override
            public void serverFailed() {}
        };
    }
}
