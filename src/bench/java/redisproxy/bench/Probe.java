package redisproxy.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import redisproxy.testkit.Address;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/**
 * The process of clients that ask now and then, on connections that are open already, and note how long each answer took.
 * Prints a line for each kind of request: its name, how many there were, and percentiles in microseconds.
 */
final class Probe {
    /** A key that is cached. */
    static final String KEY = "key:000000000000";

    static final String VALUE = "val:000000000000";

    private static final int CLIENTS = 4;
    private static final long PAUSE_NANOS = 1_000_000;

    /** Requests in this time are not measured. An abuse begins in it, after the clients have connected. */
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    private final long endNanos;
    private final long startNanos = System.nanoTime();
    private final List<Thread> threads = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private Probe(long nanos) {
        endNanos = startNanos + WARM_UP_NANOS + nanos;
    }

    /** In place of misses, which wait while Redis answers nothing. */
    static final String HITS_ALONE = "hits-alone";

    /** Takes the seconds, the RESP address, optionally the HTTP address, and after that optionally {@link #HITS_ALONE}. */
    public static void main(String[] arguments) throws InterruptedException {
        Probe probe = new Probe(Long.parseLong(arguments[0]) * 1_000_000_000);
        Address resp = Address.parse(arguments[1]);
        List<Kind> kinds = new ArrayList<>(List.of(probe.new Kind("resp-hit", () -> respHit(resp))));
        if (arguments.length > 2) {
            Address http = Address.parse(arguments[2]);
            if (arguments.length == 3) {
                kinds.add(probe.new Kind("resp-miss", () -> respMiss(resp)));
            }
            kinds.add(probe.new Kind("http-hit", () -> httpHit(http)));
        }
        System.err.println("connected");
        for (Thread thread : probe.threads) {
            thread.join();
        }
        kinds.forEach(Kind::print);
        probe.failures.forEach(failure -> System.err.println("failed: " + failure));
        System.exit(probe.failures.isEmpty() ? 0 : 1);
    }

    private static Runnable respHit(Address resp) {
        RespClient client = RespClient.connect(resp);
        return () -> require(new Reply.Bulk(Bytes.utf8(VALUE)), client.call("GET", KEY));
    }

    private static Runnable respMiss(Address resp) {
        RespClient client = RespClient.connect(resp);
        return () -> {
            Reply reply =
                    client.call("GET", "absent:" + ThreadLocalRandom.current().nextInt(1_000_000));
            if (!(reply instanceof Reply.Nil)) {
                throw new BenchException("answered " + reply);
            }
        };
    }

    private static Runnable httpHit(Address http) {
        HttpConnection client = HttpConnection.connect(http);
        return () -> {
            client.get(Bytes.utf8(KEY));
            HttpAnswer answer = client.read();
            require(200, answer.status());
            require(Bytes.utf8(VALUE), answer.body());
        };
    }

    private static void require(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new BenchException("answered " + actual);
        }
    }

    /** Requests of one kind, by a few clients. */
    private final class Kind {
        private final String name;
        private final List<List<Long>> nanos = new ArrayList<>();

        Kind(String name, Supplier<Runnable> client) {
            this.name = name;
            for (int i = 0; i < CLIENTS; i++) {
                List<Long> own = new ArrayList<>();
                nanos.add(own);
                Runnable request = client.get();
                Thread thread = new Thread(() -> ask(request, own));
                threads.add(thread);
                thread.start();
            }
        }

        private void ask(Runnable request, List<Long> own) {
            try {
                while (System.nanoTime() - endNanos < 0) {
                    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2 * PAUSE_NANOS));
                    long asked = System.nanoTime();
                    request.run();
                    if (asked - startNanos > WARM_UP_NANOS) {
                        own.add(System.nanoTime() - asked);
                    }
                }
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }

        private void print() {
            double[] sorted = nanos.stream()
                    .flatMap(List::stream)
                    .mapToDouble(each -> each / 1e3)
                    .sorted()
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%s %d %.1f %.1f %.1f%n",
                    name,
                    sorted.length,
                    percentile(sorted, 50),
                    percentile(sorted, 99),
                    percentile(sorted, 100));
        }

        private static double percentile(double[] sorted, int percent) {
            return sorted.length == 0 ? Double.NaN : Stats.percentile(sorted, percent);
        }
    }

    static List<Result> parse(String out) {
        return Arrays.stream(out.split("\n", -1)).map(Result::parse).toList();
    }

    /** A line that a probe has printed for one kind of request, times in microseconds. */
    record Result(String name, long count, double p50, double p99, double max) {
        static Result parse(String line) {
            String[] words = line.split(" ", -1);
            return new Result(
                    words[0],
                    Long.parseLong(words[1]),
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]),
                    Double.parseDouble(words[4]));
        }
    }
}
