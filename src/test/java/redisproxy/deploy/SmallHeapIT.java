package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.ProxyProcess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.RedisServerProcess;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The proxy with a heap of 64 MiB, in front of values that are many times larger together. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SmallHeapIT {
    private static final List<String> JAVA =
            List.of("-Xmx64m", "-jar", Deployment.war().toString());
    private static final int KEYS = 1_500;
    private static final int GREATEST_BITS = 21;
    private static final int CLIENTS = 4;
    private static final int REQUESTS = 1_000;

    private final RedisServerProcess redis = RedisServerProcess.stopped();

    @BeforeEach
    void startRedis() {
        redis.start();
    }

    @AfterEach
    void stopRedis() {
        redis.close();
    }

    @Test
    void takesAnyMixOfSizes() {
        try (RedisControl control = redis.control()) {
            for (int key = 0; key < KEYS; key++) {
                control.call(Bytes.utf8("SET"), name(key), value(key));
            }
        }
        try (ProxyProcess proxy = start()) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(i);
                clients.add(run(i % 2 == 0 ? () -> readOverResp(proxy, random) : () -> readOverHttp(proxy, random)));
            }
            clients.forEach(CompletableFuture::join);
            assertThat(proxy.process().err()).doesNotContain("OutOfMemory");
        }
    }

    /** Each value takes a third of the heap while it is read, and is not cached. */
    @Test
    void survivesValuesThatDoNotFit() {
        Bytes large = Bytes.of(new byte[20 * 1024 * 1024]);
        try (RedisControl control = redis.control()) {
            control.call("SET", "small", "value");
            for (int i = 0; i < CLIENTS; i++) {
                control.call(Bytes.utf8("SET"), name(i), large);
            }
        }
        try (ProxyProcess proxy = start()) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Bytes key = name(i);
                clients.add(run(() -> readLarge(proxy, key, large)));
            }
            clients.forEach(CompletableFuture::join);
            // With several at a time it is a matter of luck whether any of them fits. A lone one does.
            await().until(() -> isRead(proxy, name(0), large));
            try (RespClient client = RespClient.connect(proxy.resp())) {
                assertThat(client.call("GET", "small")).isEqualTo(Reply.bulk("value"));
            }
            assertThat(HttpConnection.get(proxy.http(), "/small").body()).isEqualTo(Bytes.utf8("value"));
        }
    }

    private static void readLarge(ProxyProcess proxy, Bytes key, Bytes large) {
        for (int i = 0; i < 20; i++) {
            boolean unused = isRead(proxy, key, large);
        }
    }

    /** Returns whether the answer is the value; it is an error otherwise. */
    private static boolean isRead(ProxyProcess proxy, Bytes key, Bytes large) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            Reply reply = client.get(key);
            if (reply instanceof Reply.Bulk) {
                assertThat(reply.equals(new Reply.Bulk(large))).isTrue();
                return true;
            }
            assertThat(reply).isInstanceOf(Reply.Failure.class);
            return false;
        }
    }

    private static void readOverResp(ProxyProcess proxy, Random random) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            for (int i = 0; i < REQUESTS; i++) {
                int key = random.nextInt(KEYS);
                assertThat(client.get(name(key)).equals(new Reply.Bulk(value(key))))
                        .as("value of %s", name(key))
                        .isTrue();
            }
        }
    }

    private static void readOverHttp(ProxyProcess proxy, Random random) {
        try (HttpConnection client = HttpConnection.connect(proxy.http())) {
            for (int i = 0; i < REQUESTS; i++) {
                int key = random.nextInt(KEYS);
                client.get(name(key));
                HttpAnswer answer = client.read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().equals(value(key)))
                        .as("value of %s", name(key))
                        .isTrue();
            }
        }
    }

    private static CompletableFuture<Void> run(Runnable client) {
        return CompletableFuture.runAsync(client, task -> new Thread(task).start());
    }

    private ProxyProcess start() {
        return ProxyProcess.start(
                JAVA,
                Map.of(),
                List.of(
                        "--proxy-host=127.0.0.1",
                        "--proxy-port=0",
                        "--tcp-port=0",
                        "--redis-host=127.0.0.1",
                        "--redis-port=" + redis.address().port()));
    }

    private static Bytes name(int key) {
        return Bytes.utf8("mix:" + key);
    }

    /** A value that names its key; its length is a power of two and some more, each power equally often. */
    private static Bytes value(int key) {
        Random random = new Random(key);
        int magnitude = 1 << random.nextInt(GREATEST_BITS);
        byte[] bytes = new byte[magnitude + random.nextInt(magnitude)];
        Arrays.fill(bytes, (byte) random.nextInt());
        return Bytes.of(bytes);
    }
}
