package redisproxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.testkit.Address;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.testkit.Stalls;

/**
 * Random conversations, several at a time, with a proxy that has a heap of 64 MB, beside a client that behaves well.
 *
 * <p>Without further settings the same conversations are played in every run. {@code -Dconversations.seconds} goes on for so
 * long, from {@code -Dconversations.seed} on. To play one of them alone, give its seed with {@code -Dconversations.count=1}.
 */
final class ConversationsTest {
    private static final Logger LOG = LoggerFactory.getLogger(ConversationsTest.class);

    private static final long SEED = Long.getLong("conversations.seed", 1);
    private static final int COUNT = Integer.getInteger("conversations.count", 400);
    private static final long SECONDS = Long.getLong("conversations.seconds", 0);
    private static final int AT_ONCE = 6;

    /** The connection that asks holds its own request. */
    private static final String NOTHING_ELSE_HELD = "mem_clients_normal:8192\r\n";

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong nextSeed = new AtomicLong(SEED);

    @Test
    void othersAreAnsweredAndNothingIsKept() {
        try (RedisServerProcess redis = RedisServerProcess.started();
                RedisControl control = redis.control();
                ProxyProcess proxy = start(redis)) {
            KnownValues.fill(control);
            long begun = System.nanoTime();
            do {
                playBesideNeighbour(proxy);
                assertNothingIsKept(proxy);
            } while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(SECONDS));
        }
    }

    private void playBesideNeighbour(ProxyProcess proxy) {
        CountDownLatch stop = new CountDownLatch(1);
        Stalls stalls = new Stalls(stop);
        Neighbour neighbour = new Neighbour(proxy.resp(), proxy.http(), stalls, stop);
        List<CompletableFuture<Void>> beside = List.of(run(stalls), run(neighbour));
        try {
            playSome(proxy, nextSeed.get() + COUNT);
        } finally {
            stop.countDown();
            beside.forEach(CompletableFuture::join);
        }
        LOG.info("{} conversations; {}", nextSeed.get() - SEED, neighbour);
        assertThat(wrong).as(proxy.process().err()).isEmpty();
        assertThat(neighbour.wrong()).as("seeds up to %d", nextSeed.get()).isEmpty();
    }

    private void playSome(ProxyProcess proxy, long end) {
        Player player = new Player(proxy.resp(), proxy.http());
        List<CompletableFuture<Void>> players = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            players.add(run(() -> {
                for (long seed = next(end); seed < end && wrong.isEmpty(); seed = next(end)) {
                    play(player, seed);
                }
            }));
        }
        players.forEach(CompletableFuture::join);
    }

    private long next(long end) {
        return nextSeed.getAndUpdate(seed -> Math.min(end, seed + 1));
    }

    private void play(Player player, long seed) {
        try {
            player.play(Choices.seeded(seed));
        } catch (RuntimeException e) {
            wrong.add("seed %d: %s".formatted(seed, e));
        }
    }

    private static void assertNothingIsKept(ProxyProcess proxy) {
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .untilAsserted(() -> assertThat(info(proxy, "memory")).contains(NOTHING_ELSE_HELD));
        assertThat(proxy.process().isAlive()).isTrue();
        assertThat(proxy.process().err()).doesNotContain("SEVERE", "OutOfMemoryError", "Exception in thread");
    }

    private static String info(ProxyProcess proxy, String section) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            return ((Reply.Bulk) client.call("INFO", section)).bytes().asUtf8();
        }
    }

    private static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, runnable -> {
            Thread thread = new Thread(runnable);
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static ProxyProcess start(RedisServerProcess redis) {
        return ProxyProcess.start(
                List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), "redisproxy.server.Main"),
                Map.of(),
                List.of(
                        "--proxy-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--redis-host=127.0.0.1",
                        "--redis-port=" + redis.address().port()));
    }
}
