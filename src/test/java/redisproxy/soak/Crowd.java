package redisproxy.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import redisproxy.testkit.Address;
import redisproxy.testkit.RedisCluster;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Stalls;

/** The clients of a soak, each on a thread of its own: one that writes to Redis, and those that read through the proxy. */
final class Crowd {
    private final Contents contents;
    private final Random random;
    private final Findings findings = new Findings();
    private final Outages outages = new Outages();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Stalls stalls = new Stalls(stop);
    private final List<Thread> threads = new ArrayList<>();

    Crowd(Contents contents, Random random) {
        this.contents = contents;
        this.random = random;
    }

    /** What the readers have found so far. */
    Findings findings() {
        return findings;
    }

    /** When requests may be refused; at no time if nothing is said there. */
    Outages outages() {
        return outages;
    }

    /** The longest time for which the machine did not run a thread that was ready. */
    Duration longestStall() {
        return stalls.longest();
    }

    void startWriter(RedisServerProcess redis) {
        start(new Writer(redis, contents, stop));
    }

    /** Starts one that writes to a master, which another server may replace. */
    MasterWriter startMasterWriter(RedisServerProcess master) {
        MasterWriter writer = new MasterWriter(master, contents, findings, stop);
        start(writer);
        return writer;
    }

    ClusterWriter startWriter(RedisCluster cluster) {
        ClusterWriter writer = new ClusterWriter(cluster, contents, stop);
        start(writer);
        return writer;
    }

    /** Starts readers in turn over each port, once everything that they read is there. */
    void startReaders(Address http, Address resp, int count, Reader.Promise promise) {
        start(stalls);
        Awaitility.await()
                .atMost(Address.PATIENCE)
                .until(() -> contents.counters().stream().allMatch(counter -> counter.last() > 0));
        for (int i = 0; i < count; i++) {
            boolean isHttp = i % 2 == 0;
            Port port = isHttp ? new HttpPort(http) : new RespPort(resp);
            Random own = new Random(random.nextLong());
            start(new Reader(port, isHttp ? 1 : 8, contents, promise, stalls, findings, outages, stop, own));
        }
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "soak-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Ends all of them. */
    void stop() {
        stop.countDown();
        Awaitility.await().atMost(Address.PATIENCE).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    /** Lets time pass while something lasts, which is no event that could be awaited. */
    void pass(Duration time) {
        try {
            assertThat(stop.await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
