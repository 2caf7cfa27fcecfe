package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.fixtures.FakeStore;
import redisproxy.fixtures.TestTls;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsTest {
    private static final Bytes GET = RespClient.encode("GET", "Batman");
    private static final Bytes ANSWER = Bytes.utf8("$9\r\nSuperhero\r\n");

    private RunningResp resp = new RunningResp(RunningResp.Transport.TLS);
    private FakeStore store = resp.store.put("Batman", "Superhero");

    @AfterEach
    void stop() {
        resp.close();
    }

    private void restart(int connections, Duration clientTimeout) {
        resp.close();
        resp = new RunningResp(
                RunningResp.Transport.TLS,
                new RespConfig("127.0.0.1", 0, connections, Duration.ZERO, clientTimeout, 0));
        store = resp.store.put("Batman", "Superhero");
    }

    private TlsClient engine() {
        return new TlsClient(resp.address(), TestTls.shared().newClientContext());
    }

    private Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), resp.address().port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answersMissThenHit(String protocol) throws IOException {
        try (TlsClient client = engine().speaking(protocol).open()) {
            client.send(GET);
            assertThat(client.read(ANSWER.size())).isEqualTo(ANSWER);
            client.send(GET);
            assertThat(client.read(ANSWER.size())).isEqualTo(ANSWER);
            assertThat(client.protocol()).isEqualTo(protocol);
        }
        assertThat(store.asked()).containsExactly(Bytes.utf8("Batman"));
        assertThat(resp.tlsStats().handshakes()).isOne();
    }

    @Test
    void recordsMayArriveByteByByte() throws IOException {
        try (TlsClient client = engine().open()) {
            for (byte each : client.encrypted(GET.plus(GET).toArray())) {
                client.sendRaw(new byte[] {each});
            }
            assertThat(client.read(2 * ANSWER.size())).isEqualTo(ANSWER.plus(ANSWER));
        }
    }

    @Test
    void eachByteMayBeARecord() throws IOException {
        try (TlsClient client = engine().open()) {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            for (int i = 0; i < 50; i++) {
                for (byte each : GET.toArray()) {
                    records.writeBytes(client.encrypted(new byte[] {each}));
                }
            }
            client.sendRaw(records.toByteArray());
            assertThat(client.read(50 * ANSWER.size()).size()).isEqualTo(50 * ANSWER.size());
        }
    }

    @Test
    void manyRequestsInOneGoAreAnsweredInFewRecords() throws Exception {
        int requests = 10_000;
        try (TlsClient client = engine().open()) {
            client.send(GET);
            client.read(ANSWER.size());
            byte[] pipeline = Traffic.encodeGets(requests, i -> "Batman");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    for (int from = 0; from < pipeline.length; from += 16 * 1024) {
                        int to = Math.min(pipeline.length, from + 16 * 1024);
                        client.sendRaw(client.encrypted(Arrays.copyOfRange(pipeline, from, to)));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Bytes replies = client.read(requests * ANSWER.size());
            assertThat(replies.size()).isEqualTo(requests * ANSWER.size());
            assertThat(sending).succeedsWithin(Address.PATIENCE);
            // One of 8 KiB that are read brings some 5 KiB of replies.
            assertThat(client.records()).isLessThan(100);
        }
    }

    /** Data that has been decrypted is served though nothing more arrives. */
    @Test
    void requestsBehindALargeRecordAreAnswered() throws IOException {
        Bytes filler = RespClient.encode("ECHO", "x".repeat(8_100));
        try (TlsClient client = engine().open()) {
            client.send(filler.plus(GET).plus(GET));
            int echo = "$8100\r\n".length() + 8_100 + "\r\n".length();
            assertThat(client.read(echo + 2 * ANSWER.size()).size()).isEqualTo(echo + 2 * ANSWER.size());
        }
    }

    @Test
    void largeValuesGoBothWays() {
        Bytes large = Traffic.pattern(1, 20 * 1024 * 1024);
        store.put(Bytes.utf8("large"), large).put(large, Bytes.utf8("found"));
        try (RespClient client = resp.connect()) {
            assertThat(client.call("GET", "large").equals(new Reply.Bulk(large)))
                    .isTrue();
            // A key may be as long as any argument.
            assertThat(client.get(large)).isEqualTo(Reply.bulk("found"));
        }
    }

    @Test
    void closingInARecordEndsThatConnectionAlone() throws IOException {
        try (RespClient other = resp.connect()) {
            assertThat(other.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            try (TlsClient client = engine().open()) {
                byte[] record = client.encrypted(GET.toArray());
                client.sendRaw(Arrays.copyOf(record, record.length - 3));
            }
            Traffic.awaitConnected(other, 1);
            assertThat(other.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void garbageAfterTheHandshakeEndsThatConnectionAlone(String protocol) throws IOException {
        try (RespClient other = resp.connect()) {
            other.call("GET", "Batman");
            Random random = new Random(1);
            for (int i = 0; i < 20; i++) {
                byte[] garbage = new byte[1 + random.nextInt(20_000)];
                random.nextBytes(garbage);
                if (i % 2 == 0) {
                    // As long as it says.
                    garbage = Arrays.copyOf(garbage, Math.max(garbage.length, 5));
                    garbage[0] = 23;
                    garbage[1] = 3;
                    garbage[2] = 3;
                    garbage[3] = (byte) ((garbage.length - 5) >> 8);
                    garbage[4] = (byte) (garbage.length - 5);
                }
                try (TlsClient client = engine().speaking(protocol).open()) {
                    client.sendRaw(garbage);
                    if (i % 2 == 0) {
                        client.awaitClosed();
                    }
                }
                assertThat(other.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            }
            assertThat(resp.tlsStats().failures()).isGreaterThanOrEqualTo(10);
            Traffic.awaitConnected(other, 1);
        }
    }

    @Test
    void silentHandshakesDelayNobodyAndEnd() throws IOException {
        restart(1_100, Duration.ofSeconds(3));
        List<Socket> silent = new ArrayList<>();
        try (RespClient client = resp.connect()) {
            byte[] hello = engine().hello();
            for (int i = 0; i < 1_000; i++) {
                Socket socket = socket();
                silent.add(socket);
                socket.getOutputStream().write(hello, 0, i % hello.length);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            }
            assertThat(resp.stats().connections()).isGreaterThan(1);
            await().atMost(Address.PATIENCE).until(() -> resp.stats().connections() == 1);
            assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void incompleteRecordEndsByTheClientTimeout() throws IOException {
        restart(10, Duration.ofSeconds(1));
        try (TlsClient client = engine().open()) {
            byte[] record = client.encrypted(GET.toArray());
            client.sendRaw(Arrays.copyOf(record, record.length - 1));
            client.awaitClosed();
        }
        assertThat(resp.stats().timedOut()).isOne();
    }

    @Test
    void recordsWithoutDataEndTheConnectionThatSendsManyInARow() throws IOException {
        try (TlsClient client = engine().speaking("TLSv1.3").open()) {
            updateKeys(client, 32);
            client.send(GET);
            assertThat(client.read(ANSWER.size())).isEqualTo(ANSWER);
            updateKeys(client, 33);
            client.awaitClosed();
        }
        assertThat(resp.tlsStats().lastFailure()).contains("32 records without data");
        try (RespClient other = resp.connect()) {
            assertThat(other.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
        }
    }

    private static void updateKeys(TlsClient client, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            client.sendRaw(client.keyUpdate());
        }
    }

    @Test
    void plainClientIsToldToUseTls() {
        try (RespClient plain = RespClient.connect(resp.address())) {
            plain.send(Bytes.utf8("PING\r\n"));
            assertThat(plain.readToEnd().asUtf8())
                    .isEqualTo("-ERR this port expects TLS (redis-cli --tls, rediss://)\r\n");
        }
        assertThat(resp.tlsStats().plainClients()).isOne();
    }

    @Test
    void connectionsCountFromTheirBeginning() throws IOException {
        restart(2, Duration.ofMinutes(1));
        try (Socket one = socket();
                Socket two = socket()) {
            await().atMost(Address.PATIENCE).until(() -> resp.stats().connections() == 2);
            try (RespClient third = resp.connect()) {
                third.sendUntilRefused(GET);
                assertThat(third.read()).isEqualTo(new Reply.Failure("ERR max number of clients reached"));
            }
            assertThat(one.isConnected() && two.isConnected()).isTrue();
        }
    }

    /** In TLS 1.3, a client may end its output and go on reading. */
    @Test
    void clientThatHasEndedItsOutputGetsItsReplies() throws IOException {
        try (RespClient client = resp.connect()) {
            client.send(GET.plus(GET));
            client.finishSending();
            assertThat(client.readToEnd()).isEqualTo(ANSWER.plus(ANSWER));
        }
        try (TlsClient client = engine().open()) {
            byte[] requests = client.encrypted(GET.plus(GET).toArray());
            client.sendRaw(Bytes.of(requests).plus(Bytes.of(client.ending())).toArray());
            assertThat(client.read(2 * ANSWER.size())).isEqualTo(ANSWER.plus(ANSWER));
            assertThat(client.awaitClosed()).isTrue();
        }
    }

    @Test
    void sessionsAreResumed() {
        SSLSocketFactory factory = TestTls.shared().newClient();
        for (int i = 0; i < 3; i++) {
            try (RespClient client = resp.connect(factory)) {
                assertThat(client.call("GET", "Batman")).isEqualTo(Reply.bulk("Superhero"));
            }
        }
        assertThat(resp.tlsStats().handshakes()).isEqualTo(3);
        assertThat(resp.tlsStats().resumed()).isEqualTo(2);
    }
}
