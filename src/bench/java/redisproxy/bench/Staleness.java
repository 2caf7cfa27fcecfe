package redisproxy.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** How long an overwritten value is still served with invalidations from Redis. */
final class Staleness {
    private static final int KEYS = 16;
    private static final int READERS = 8;
    private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final int WARM_UP_FRACTION = 10;

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final Table table = new Table("proxy", "p50 µs", "p99 µs", "max µs", "reads meanwhile");

    Staleness(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(List<Jvm> jvms) {
        Server redis = launcher.redis();
        for (Jvm jvm : jvms) {
            measure(jvm, redis);
        }
        tools.end(redis);
        report.section(
                "Staleness",
                ("With --coherence tracking, from Redis's +OK to a write until a GET through the proxy gives that value,"
                                + " of %,d writes 1 ms apart, while %d connections read %d keys all the time.")
                        .formatted(options.writes, READERS, KEYS),
                table);
    }

    private void measure(Jvm jvm, Server redis) {
        Server proxy = launcher.proxy(jvm, options.war, redis, KEYS, "--coherence", "tracking");
        AtomicBoolean isOver = new AtomicBoolean();
        try (RedisControl control = new RedisControl(redis.resp());
                RespClient probe = RespClient.connect(proxy.resp())) {
            for (int key = 0; key < KEYS; key++) {
                control.call("SET", name(key), "0");
            }
            awaitCaching(control, probe);
            List<CompletableFuture<Long>> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                reading.add(CompletableFuture.supplyAsync(
                        () -> read(proxy, isOver), task -> new Thread(task, "reader").start()));
            }
            write(control, probe, 0, options.writes / WARM_UP_FRACTION);
            double[] micros = write(control, probe, options.writes, options.writes);
            isOver.set(true);
            long reads = reading.stream().mapToLong(CompletableFuture::join).sum();
            Arrays.sort(micros);
            report.progress("staleness: %s: p50 %.0f µs", jvm.name(), Stats.percentile(micros, 50));
            table.add(
                    jvm.name(),
                    show(Stats.percentile(micros, 50)),
                    show(Stats.percentile(micros, 99)),
                    show(Stats.percentile(micros, 100)),
                    String.format(Locale.ROOT, "%,d", reads));
        } finally {
            isOver.set(true);
        }
        tools.end(proxy);
    }

    /** Waits until the proxy answers from memory, which it does once it is subscribed to invalidations. */
    private static void awaitCaching(RedisControl control, RespClient probe) {
        while (true) {
            probe.call("GET", name(0));
            long before = control.keyspaceHits();
            probe.call("GET", name(0));
            if (control.keyspaceHits() == before) {
                return;
            }
        }
    }

    /** Writes numbers greater than {@code above}, and returns how long each took to be seen. */
    private static double[] write(RedisControl control, RespClient probe, int above, int count) {
        double[] micros = new double[count];
        for (int i = 0; i < count; i++) {
            long value = above + i + 1L;
            String key = name(i % KEYS);
            control.call("SET", key, Long.toString(value));
            long written = System.nanoTime();
            while (number(probe.call("GET", key)) < value) {
                Thread.onSpinWait();
            }
            micros[i] = (System.nanoTime() - written) / 1e3;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return micros;
    }

    private static long read(Server proxy, AtomicBoolean isOver) {
        long reads = 0;
        try (RespClient client = RespClient.connect(proxy.resp())) {
            while (!isOver.get()) {
                number(client.call("GET", name(ThreadLocalRandom.current().nextInt(KEYS))));
                reads++;
            }
        }
        return reads;
    }

    private static long number(Reply reply) {
        if (reply instanceof Reply.Bulk bulk) {
            return Long.parseLong(bulk.bytes().asUtf8());
        }
        throw new BenchException("the proxy answered " + reply);
    }

    private static String name(int key) {
        return "counter:" + key;
    }

    private static String show(double micros) {
        return String.format(Locale.ROOT, "%,.0f", micros);
    }
}
