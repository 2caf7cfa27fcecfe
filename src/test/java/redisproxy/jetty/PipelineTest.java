package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.BackingStoreException;
import redisproxy.net.HangUp;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** Clients that do not wait for a response before they send the next request (RFC 9112, section 9.3.2). */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PipelineTest {
    /** More than sockets on loopback buffer. */
    private static final int LARGE_BYTES = 32 * 1024 * 1024;

    /** Responses to so many requests are more than sockets on loopback buffer, too. */
    private static final int MANY = 10_000;

    private RunningConnector running;

    @BeforeEach
    void start() throws Exception {
        running = RunningConnector.start(2);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /** Hits and misses of all sizes, cut anywhere, some of them answered by Jetty. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void answersAreInOrder(long seed) {
        Random random = new Random(seed);
        running.store.refuse("wrong", BackingStoreException.notAString("WRONGTYPE no string"));
        for (int size : new int[] {0, 1, 1_000, 20_000, 65_536, 65_537, 300_000}) {
            running.put("v" + size, value(size));
        }
        List<String> targets = new ArrayList<>();
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 400; i++) {
            String target = target(random);
            targets.add(target);
            pipeline = pipeline.plus(request(target));
        }
        HttpConnection connection = running.known();
        byte[] bytes = pipeline.toArray();
        Thread sender = new Thread(() -> {
            for (int at = 0, next; at < bytes.length; at = next) {
                next = Math.min(bytes.length, at + 1 + random.nextInt(random.nextInt(10) == 0 ? 10_000 : 100));
                connection.send(Bytes.of(Arrays.copyOfRange(bytes, at, next)));
            }
        });
        sender.start();
        for (int i = 0; i < targets.size(); i++) {
            assertAnswers(connection.read(), targets.get(i), "request " + i + " of " + seed);
        }
        assertThat(RunningConnector.get(connection, "/k").status()).isEqualTo(200);
    }

    private static String target(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> "/?jetty";
            case 1 -> "/absent" + random.nextInt(1_000);
            case 2 -> "/query?key=v1%30%300";
            case 3 -> "/wrong";
            case 4 -> "/v65537";
            case 5 -> "/v300000";
            case 6 -> "/v65536";
            case 7 -> "/v20000";
            case 8 -> "/v0";
            default -> "/k";
        };
    }

    private static Bytes request(String target) {
        return HttpConnection.request("GET " + target);
    }

    private static void assertAnswers(HttpAnswer answer, String target, String description) {
        if (answer.status() == Teapot.STATUS) {
            assertThat(answer.body()).as(description).isEqualTo(Bytes.utf8(target));
        } else if (target.startsWith("/absent")) {
            assertThat(answer.status()).as(description).isEqualTo(404);
        } else if (target.equals("/wrong")) {
            assertThat(answer.status()).as(description).isEqualTo(409);
        } else if (target.equals("/k")) {
            assertThat(answer.body()).as(description).isEqualTo(Bytes.utf8("value"));
        } else {
            String size = target.replace("%30", "0").replaceAll(".*v", "");
            boolean isRight = Arrays.equals(answer.body().toArray(), value(Integer.parseInt(size)));
            assertThat(isRight).as("%s, %s", description, target).isTrue();
        }
    }

    private static byte[] value(int size) {
        byte[] value = new byte[size];
        new Random(size).nextBytes(value);
        return value;
    }

    @Test
    void requestsMayBeCutAnywhere() {
        byte[] bytes = request("/k")
                .plus(request("/query?key=%6B"))
                .plus(request("/absent"))
                .toArray();
        HttpConnection connection = running.known();
        HttpConnection other = running.known();
        for (int cut = 1; cut < bytes.length; cut++) {
            connection.send(Bytes.of(Arrays.copyOf(bytes, cut)));
            // Most probably, the first part is read meanwhile.
            assertThat(RunningConnector.get(other, "/k").status()).isEqualTo(200);
            connection.send(Bytes.of(Arrays.copyOfRange(bytes, cut, bytes.length)));
            for (int status : new int[] {200, 200, 404}) {
                assertThat(connection.read().status()).as("cut at %d", cut).isEqualTo(status);
            }
        }
    }

    @Test
    void isTakenUpFromTheFirstRequestOn() {
        HttpConnection connection = running.connect();
        connection.send(request("/k").plus(request("/k")).plus(request("/k")));
        assertThat(connection.read().status()).isEqualTo(Teapot.STATUS);
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(200);
    }

    /** Jetty reads them in turns. */
    @ParameterizedTest
    @ValueSource(strings = {"Cache-Control: no-cache", "Content-Length: 100", "Authorization: Bearer token"})
    void manyMayBeUnusual(String header) {
        HttpConnection connection = running.known();
        HttpConnection other = running.known();
        Bytes body = Bytes.of(new byte[header.endsWith("100") ? 100 : 0]);
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 500; i++) {
            pipeline =
                    pipeline.plus(HttpConnection.request("GET /k" + i, header)).plus(body);
        }
        connection.send(pipeline);
        for (int i = 0; i < 500; i++) {
            assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/k" + i));
        }
        assertThat(RunningConnector.get(other, "/k").status()).isEqualTo(200);
        connection.send(request("/k").plus(request("/k")));
        assertThat(connection.read().status()).isIn(200, Teapot.STATUS);
        assertThat(connection.read().status()).isIn(200, Teapot.STATUS);
        assertThat(RunningConnector.get(connection, "/k").status()).isEqualTo(200);
    }

    @Test
    void missesAreLoadedTogether() {
        HttpConnection connection = running.known();
        running.store.hold();
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 5; i++) {
            running.put("m" + i, value(i));
            pipeline = pipeline.plus(request("/m" + i));
        }
        connection.send(pipeline);
        running.store.awaitHeld(5);
        running.store.releaseBackwards();
        for (int i = 0; i < 5; i++) {
            assertThat(connection.read().body().toArray()).isEqualTo(value(i));
        }
    }

    @Test
    void hitsCountOnce() {
        HttpConnection connection = running.known();
        assertThat(RunningConnector.get(connection, "/k").status()).isEqualTo(200);
        long before = running.cache.stats().hits();
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 300; i++) {
            pipeline = pipeline.plus(request(i % 10 == 9 ? "/absent" + i : "/k"));
        }
        connection.send(pipeline);
        for (int i = 0; i < 300; i++) {
            assertThat(connection.read().status()).isEqualTo(i % 10 == 9 ? 404 : 200);
        }
        assertThat(running.cache.stats().hits() - before).isEqualTo(270);
    }

    /** One client's requests are processed one after the other. */
    @Test
    void takesOnePermit() {
        HttpConnection pipelining = running.known();
        HttpConnection second = running.known();
        HttpConnection third = running.known();
        assertThat(RunningConnector.get(third, "/k").status()).isEqualTo(200);
        running.store.hold();
        pipelining.send(request("/slow1").plus(request("/slow2")).plus(request("/slow3")));
        running.store.awaitHeld(3);
        second.send(request("/slow4"));
        running.store.awaitHeld(4);
        // No permit is left.
        assertThat(RunningConnector.get(third, "/k").status()).isEqualTo(Teapot.STATUS);
        running.store.release("slow2");
        running.store.release("slow1");
        assertThat(pipelining.read().status()).isEqualTo(404);
        assertThat(pipelining.read().status()).isEqualTo(404);
        assertThat(RunningConnector.get(third, "/k").status()).isEqualTo(Teapot.STATUS);
        running.store.release("slow3");
        assertThat(pipelining.read().status()).isEqualTo(404);
        assertThat(RunningConnector.get(third, "/k").status()).isEqualTo(200);
    }

    @Test
    void aClientThatReadsLateGetsAll() {
        running.put("large", value(LARGE_BYTES));
        HttpConnection connection = running.known();
        HttpConnection other = running.known();
        Bytes pipeline = Bytes.of();
        for (int i = 0; i < 3; i++) {
            pipeline = pipeline.plus(request("/k")).plus(request("/large")).plus(request("/absent" + i));
        }
        connection.send(pipeline);
        for (int i = 0; i < 100; i++) {
            assertThat(RunningConnector.get(other, "/k").status()).isEqualTo(200);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(connection.read().body()).isEqualTo(Bytes.utf8("value"));
            assertThat(connection.read().body().toArray()).isEqualTo(value(LARGE_BYTES));
            assertThat(connection.read().status()).isEqualTo(404);
        }
    }

    /** Hits are written as they are found until the client takes no more, and queue from then on. */
    @Test
    void manySmallOnesWaitForTheirReader() {
        HttpConnection connection = running.known();
        List<String> targets = new ArrayList<>();
        List<HttpAnswer> hits = new ArrayList<>();
        for (int size : new int[] {0, 1, 300, 1_500, 4_000, 8_000, 12_000}) {
            running.put("v" + size, value(size));
            targets.add("/v" + size);
            RunningConnector.get(connection, "/v" + size);
            hits.add(RunningConnector.get(connection, "/v" + size));
        }
        assertThat(hits.stream().map(hit -> hit.header("etag"))).doesNotHaveDuplicates();
        Random random = new Random(1);
        int[] choices = random.ints(MANY, 0, targets.size()).toArray();
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < MANY; i++) {
            many.writeBytes(
                    request(isAbsent(i) ? "/absent" : targets.get(choices[i])).toArray());
        }
        Thread sender = new Thread(() -> connection.send(Bytes.of(many.toByteArray())));
        sender.start();
        await().atMost(Address.PATIENCE).until(connection::hasInput);
        for (int i = 0; i < MANY; i++) {
            HttpAnswer answer = connection.read();
            HttpAnswer hit = hits.get(choices[i]);
            assertThat(answer.status()).as("request %d", i).isEqualTo(isAbsent(i) ? 404 : 200);
            assertThat(answer.header("etag"))
                    .as("request %d", i)
                    .isEqualTo(isAbsent(i) ? List.of() : hit.header("etag"));
            assertThat(answer.body()).as("request %d", i).isEqualTo(isAbsent(i) ? Bytes.of() : hit.body());
        }
    }

    /** Few are absent, since responses behind a miss queue in any case. */
    private static boolean isAbsent(int request) {
        return request % 100 == 99;
    }

    @Test
    void bodiesAreNoRequests() {
        HttpConnection connection = running.connect();
        Bytes body = request("/inner");
        Bytes outer = HttpConnection.request("GET /k", "Content-Length: " + body.toArray().length);
        connection.send(outer.plus(body).plus(request("/after")).plus(request("/k")));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/k"));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/after"));
        assertThat(connection.read().body()).isIn(Bytes.utf8("value"), Bytes.utf8("/k"));
        assertThat(RunningConnector.get(connection, "/k").status()).isIn(200, Teapot.STATUS);
        assertThat(RunningConnector.get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
        connection.send(request("/k").plus(outer).plus(body).plus(request("/after")));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("value"));
        assertThat(connection.read().body()).isEqualTo(Bytes.utf8("/k"));
        assertThat(connection.read().status()).isIn(404, Teapot.STATUS);
        assertThat(RunningConnector.get(connection, "/k").body()).isEqualTo(Bytes.utf8("value"));
    }

    @Test
    void nothingIsAnsweredAfterTheLast() {
        HttpConnection connection = running.known();
        Bytes last = HttpConnection.request("GET /k", "Connection: close");
        connection.send(request("/k").plus(last).plus(request("/k")));
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(Teapot.STATUS);
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    @Test
    void bytesThatAreNoRequestAreRefusedInTurnAndLate() {
        HttpConnection connection = running.known();
        long sent = System.nanoTime();
        connection.send(request("/absent").plus(request("/k")).plus(Bytes.utf8("\u0001\u0002\r\n")));
        assertThat(connection.read().status()).isEqualTo(404);
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.read().status()).isEqualTo(400);
        assertThat(System.nanoTime() - sent).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(HangUp.LATE_MILLIS));
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
    }

    @Test
    void aClientThatEndsItsOutputGetsItsAnswers() {
        HttpConnection connection = running.known();
        connection.send(request("/absent").plus(request("/k")).plus(Bytes.utf8("GET /k HT")));
        connection.finishSending();
        assertThat(connection.read().status()).isEqualTo(404);
        assertThat(connection.read().status()).isEqualTo(200);
        assertThat(connection.readToEnd().asLatin1()).matches("(?s)(HTTP/1.1 400 .*)?");
    }

    @Test
    void isFinishedBeforeAStop() throws Exception {
        HttpConnection connection = running.known();
        running.store.hold();
        connection.send(request("/slow1").plus(request("/k")).plus(request("/slow2")));
        running.store.awaitHeld(3);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(running::stopServer);
        await().atMost(Address.PATIENCE).until(running.connector::isShutdown);
        running.store.release();
        for (int i = 0; i < 2; i++) {
            assertThat(connection.read().header("connection")).isEmpty();
        }
        assertThat(connection.read().header("connection")).containsExactly("close");
        assertThat(connection.readToEnd()).isEqualTo(Bytes.of());
        stopped.get();
    }
}
