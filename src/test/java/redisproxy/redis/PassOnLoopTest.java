package redisproxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static redisproxy.redis.StoreFixture.LONG;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Address;
import redisproxy.upstream.Relay;

/** Commands whose connection an event loop has, which behave as all do, and some further ones. */
final class PassOnLoopTest extends PassTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Override
    Relay relay(StandaloneStore store) {
        return loop.relay(store);
    }

    /** Returns a client of a store, whose connection the loop has. */
    private Passed.Client warmClient(StandaloneStore store) {
        Passed.Client client = client(store);
        loop.warmUp(client);
        return client;
    }

    @Test
    void theLoopSendsAndReceivesWithoutAThreadOfItsOwn() {
        Passed.Client client = warmClient(open(REDIS.address(), LONG));
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 100; i++) {
            Passed result = new Passed(client) {
                @Override
                public void flush() {
                    threads.add(Thread.currentThread());
                    super.flush();
                }
            };
            client.relay().pass(List.of(client.command(false, "n", result, "INCR", "loops")));
            assertThat(result.get()).isEqualTo(":%d\r\n", i + 1);
        }
        assertThat(threads).containsOnly(loop.thread());
    }

    /** A reply that comes byte by byte, of each kind. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "$-1\r\n",
                "$0\r\n\r\n",
                "$5\r\na\r\nbc\r\n",
                ":-1\r\n",
                "*2\r\n*0\r\n%1\r\n$1\r\nk\r\n_\r\n",
                "*-1\r\n",
                "-ERR no\r\n",
                "=5\r\ntxt:a\r\n",
                "~1\r\n,1.5\r\n",
                "#t\r\n"
            })
    void repliesComeInPieces(String reply) {
        try (ScriptedPeer peer = new ScriptedPeer((number, to) -> {
            if (number % 2 == 1) {
                ScriptedPeer.send(to, reply);
            } else {
                for (int i = 0; i < reply.length(); i++) {
                    ScriptedPeer.send(to, reply.substring(i, i + 1));
                }
            }
        })) {
            Passed.Client client = warmClient(open(peer.address(), LONG));
            for (int i = 0; i < 4; i++) {
                List<Passed> two =
                        client.together(List.of(new String[] {"GET", "a"}, new String[] {"GET", "b"}), false);
                assertThat(two.get(0).get()).isEqualTo(reply);
                assertThat(two.get(1).get()).isEqualTo(reply);
            }
            assertThat(loop.watches()).as("the loop has kept the connection").isEqualTo(1);
        }
    }

    /** Whatever fits into the loop's memory or not. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 32_755, 32_760, 32_768, 60_000, 300_000})
    void largeRepliesAreReadByTheThread(int size) {
        Passed.Client client = warmClient(open(REDIS.address(), LONG));
        String value = "v".repeat(size);
        assertThat(client.write("SET", "large", value).get()).isEqualTo("+OK\r\n");
        List<Passed> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(client.write("INCR", "between" + size));
            all.add(client.read("large", "GET", "large"));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(all.get(2 * i).get()).isEqualTo(":%d\r\n", i + 1);
            assertThat(all.get(2 * i + 1).get()).isEqualTo("$%d\r\n%s\r\n".formatted(size, value));
        }
    }

    @Test
    void bytesThatNobodyAskedForEndTheConnection() {
        CountDownLatch mayStray = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, to) -> {
            ScriptedPeer.send(to, "$2\r\nok\r\n");
            if (number == 1) {
                mayStray.await();
                ScriptedPeer.send(to, "$5\r\nstray\r\n");
            }
        })) {
            StandaloneStore store = open(peer.address(), LONG);
            Passed.Client client = warmClient(store);
            assertThat(client.write("GET", "a").get()).isEqualTo("$2\r\nok\r\n");
            int before = peer.connections();
            mayStray.countDown();
            await().atMost(Address.PATIENCE)
                    .until(() -> client.write("GET", "b").get().equals("$2\r\nok\r\n") && peer.connections() > before);
        }
    }

    @Test
    void theThreadEndsWhatALoopHasBegunThatEnds() {
        CountDownLatch mayReply = new CountDownLatch(1);
        try (ScriptedPeer peer = new ScriptedPeer((number, to) -> {
            mayReply.await();
            ScriptedPeer.send(to, "$2\r\nok\r\n");
        })) {
            StandaloneStore store = open(peer.address(), LONG);
            Passed write = warmClient(store).write("GET", "a");
            await().until(() -> peer.gets() == 1);
            loop.close();
            mayReply.countDown();
            assertThat(write.get()).isEqualTo("$2\r\nok\r\n");
            Passed.Client later = new Passed.Client(store, 7, /* isResp3= */ false);
            assertThat(later.write("GET", "b").get()).isEqualTo("$2\r\nok\r\n");
        }
    }

    /** The connections of two loops, and of none, to one server; clients of each get their own replies. */
    @Test
    void loopsAndThreadsServeSideBySide() throws Exception {
        StandaloneStore store = open(REDIS.address(), LONG);
        Passed.Client plain = new Passed.Client(store, 0, /* isResp3= */ false);
        try (TestLoop second = new TestLoop()) {
            List<Passed.Client> clients =
                    List.of(client(store), plain, new Passed.Client(second.relay(store), 1, /* isResp3= */ false));
            List<Thread> threads = new ArrayList<>();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int t = 0; t < clients.size(); t++) {
                Passed.Client client = clients.get(t);
                String key = "side" + t;
                Thread thread = new Thread(() -> {
                    for (int i = 1; i <= 2_000; i++) {
                        assertThat(client.write("INCR", key).get()).isEqualTo(":%d\r\n", i);
                    }
                });
                thread.setUncaughtExceptionHandler((which, e) -> failures.add(e));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
        }
    }
}
