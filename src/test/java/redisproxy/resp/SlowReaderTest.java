package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import redisproxy.fixtures.FakeStore;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(RunningResp.Transport.class)
final class SlowReaderTest {
    private final RunningResp resp;
    private final FakeStore store;

    SlowReaderTest(RunningResp.Transport transport) {
        this.resp = new RunningResp(transport);
        this.store = resp.store;
    }

    @AfterEach
    void stop() {
        resp.close();
    }

    @Test
    void lateReaderGetsAllInOrder() throws Exception {
        int requests = 20_000;
        int keys = 16;
        List<Bytes> values = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            values.add(Traffic.pattern(i, 10_000 + i));
            store.put(Bytes.utf8("k" + i), values.get(i));
        }
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            for (int i = 0; i < keys; i++) {
                other.call("GET", "k" + i);
            }
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() ->
                    client.send(Bytes.of(Traffic.encodeGets(requests, i -> "k" + i % keys))));
            Traffic.awaitStalled(other, client);
            assertThat(other.call("GET", "k3")).isEqualTo(new Reply.Bulk(values.get(3)));
            for (int i = 0; i < requests; i++) {
                Reply reply = client.read();
                if (!reply.equals(new Reply.Bulk(values.get(i % keys)))) {
                    assertThat(reply).as("reply %d", i).isEqualTo(new Reply.Bulk(values.get(i % keys)));
                }
            }
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    /** The memory of a round is used again for other clients while these requests wait. */
    @Test
    void requestsBehindAnUntakenReplyKeepTheirBytes() {
        Bytes large = Traffic.pattern(1, 32 * 1024 * 1024);
        store.put(Bytes.utf8("large"), large).put("k", "value");
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            assertThat(other.call("GET", "large")).isEqualTo(new Reply.Bulk(large));
            client.send(RespClient.encode("GET", "large")
                    .plus(RespClient.encode("ECHO", "its own"))
                    .plus(RespClient.encode("GET", "k"))
                    .plus(Bytes.utf8("ECHO 'inline'\r\n")));
            Traffic.awaitStalled(other, client);
            for (int i = 0; i < 100; i++) {
                other.send(RespClient.encode("GET", "k")
                        .plus(RespClient.encode("ECHO", "of another client".repeat(1 + i))));
                assertThat(other.read()).isEqualTo(Reply.bulk("value"));
                assertThat(other.read()).isEqualTo(Reply.bulk("of another client".repeat(1 + i)));
            }
            assertThat(client.read()).isEqualTo(new Reply.Bulk(large));
            assertThat(client.read()).isEqualTo(Reply.bulk("its own"));
            assertThat(client.read()).isEqualTo(Reply.bulk("value"));
            assertThat(client.read()).isEqualTo(Reply.bulk("inline"));
        }
    }

    @Test
    void lateReaderOfMixedSizesIsServed() {
        Random random = new Random(7);
        List<Bytes> values = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int size = 1 << random.nextInt(18);
            values.add(Traffic.pattern(i, size + random.nextInt(50)));
            store.put(Bytes.utf8("k" + i), values.get(i));
        }
        int requests = 3_000;
        try (RespClient client = resp.connect();
                RespClient other = resp.connect()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() ->
                    client.send(Bytes.of(Traffic.encodeGets(requests, i -> "k" + i % 60))));
            Traffic.awaitStalled(other, client);
            for (int i = 0; i < requests; i++) {
                boolean equal = client.read().equals(new Reply.Bulk(values.get(i % 60)));
                assertThat(equal).as("reply %d", i).isTrue();
            }
            assertThat(sending).succeedsWithin(Address.PATIENCE);
        }
    }

    @Test
    void slowReadersDelayNoOtherClient() {
        store.put(Bytes.utf8("large"), Traffic.pattern(1, 16 * 1024 * 1024)).put("small", "s");
        List<RespClient> slow = new ArrayList<>();
        try (RespClient quick = resp.connect()) {
            quick.call("GET", "large");
            for (int i = 0; i < 20; i++) {
                RespClient client = resp.connect();
                slow.add(client);
                client.send(RespClient.encode("GET", "large"));
                client.read(1);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(quick.call("GET", "small")).isEqualTo(Reply.bulk("s"));
            }
        } finally {
            slow.forEach(RespClient::close);
        }
    }
}
