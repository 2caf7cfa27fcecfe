package redisproxy.fuzz;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;
import redisproxy.testkit.Stalls;

/** A client that behaves well, on one connection to each port, and wants the right value each time within a second. */
final class Neighbour implements Runnable {
    private static final long PACE_MILLIS = 5;
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final Address resp;
    private final Address http;
    private final Stalls stalls;
    private final CountDownLatch stop;
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);
    private final AtomicLong answers = new AtomicLong();

    Neighbour(Address resp, Address http, Stalls stalls, CountDownLatch stop) {
        this.resp = resp;
        this.http = http;
        this.stalls = stalls;
        this.stop = stop;
    }

    @Override
    public void run() {
        try (RespClient respClient = RespClient.connect(resp);
                HttpConnection httpClient = HttpConnection.connect(http)) {
            for (int i = 0; !stop.await(PACE_MILLIS, TimeUnit.MILLISECONDS); i = (i + 1) % KnownValues.KEYS) {
                ask(respClient, httpClient, i);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            wrong.add(e.toString());
        }
    }

    private void ask(RespClient respClient, HttpConnection httpClient, int i) {
        Bytes key = Bytes.utf8(KnownValues.key(i));
        long asked = System.nanoTime();
        Reply reply = respClient.get(key);
        note("RESP", i, asked, reply.equals(new Reply.Bulk(KnownValues.value(i))), reply);
        asked = System.nanoTime();
        httpClient.get(key);
        HttpAnswer answer = httpClient.read();
        note("HTTP", i, asked, answer.status() == 200 && answer.body().equals(KnownValues.value(i)), answer);
    }

    private void note(String port, int i, long asked, boolean isRight, Object answer) {
        long took = System.nanoTime() - asked;
        longestNanos.accumulate(took);
        answers.incrementAndGet();
        if (!isRight) {
            String text = answer.toString();
            wrong.add("%s of key %d: %s".formatted(port, i, text.substring(0, Math.min(300, text.length()))));
        }
        if (took > BOUND.plus(stalls.longest()).toNanos()) {
            wrong.add("%s of key %d took %d ms (stalls: %s)".formatted(port, i, took / 1_000_000, stalls.longest()));
        }
    }

    Queue<String> wrong() {
        return wrong;
    }

    @Override
    public String toString() {
        return "%d answers, no wait longer than %d ms (stalls of %d ms)"
                .formatted(
                        answers.get(),
                        TimeUnit.NANOSECONDS.toMillis(longestNanos.get()),
                        stalls.longest().toMillis());
    }
}
