package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How much memory an entry takes, in the proxy's heap and in Redis. */
final class EntrySize {
    private static final int ENTRIES = 1_000_000;
    private static final List<Integer> VALUE_BYTES = List.of(16, 1024);

    /** The first JDK in which they are not experimental. */
    private static final int COMPACT_HEADERS_SINCE = 25;

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final Table table = new Table("value", "proxy", "heap bytes/entry", "Redis bytes/key", "ratio");

    EntrySize(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(List<Jvm> jvms) {
        for (int valueBytes : VALUE_BYTES) {
            Data data = new Data("key:", ENTRIES, valueBytes);
            Server redis = launcher.redis();
            CommandStats stats = new CommandStats(redis.resp());
            long empty = stats.usedMemory();
            data.fill(redis.resp());
            double perKey = (double) (stats.usedMemory() - empty) / ENTRIES;
            for (Jvm jvm : variants(jvms)) {
                measure(jvm, data, redis, perKey);
            }
            tools.end(redis);
        }
        report.section(
                "Memory per entry",
                ("%,d entries with keys of 16 bytes. Heap: the bytes of live objects, less those of a proxy whose cache"
                                + " has room for one entry. Redis: `used_memory`, less that of the empty server.")
                        .formatted(ENTRIES),
                table);
    }

    private static List<Jvm> variants(List<Jvm> jvms) {
        List<Jvm> variants = new ArrayList<>();
        for (Jvm jvm : jvms) {
            variants.add(jvm);
            if (jvm.feature() >= COMPACT_HEADERS_SINCE) {
                variants.add(jvm.with("-XX:+UseCompactObjectHeaders"));
            }
        }
        return variants;
    }

    private void measure(Jvm variant, Data data, Server redis, double perKey) {
        Jvm jvm = variant.with("-Xmx4g", Memory.COMPACT_ALWAYS);
        double perEntry = (double) (liveBytes(jvm, data, redis, ENTRIES) - liveBytes(jvm, data, redis, 1)) / ENTRIES;
        String name = variant.options().isEmpty()
                ? variant.name()
                : variant.name() + ", " + String.join(" ", variant.options());
        report.progress("memory: %d bytes, %s: %.1f, Redis %.1f", data.valueBytes(), name, perEntry, perKey);
        table.add(
                data.valueBytes() + " bytes",
                name,
                String.format(Locale.ROOT, "%.1f", perEntry),
                String.format(Locale.ROOT, "%.1f", perKey),
                String.format(Locale.ROOT, "%.2f", perEntry / perKey));
    }

    /** Has a cache of this size load all keys, and returns the live bytes of its heap. */
    private long liveBytes(Jvm jvm, Data data, Server redis, int cacheSize) {
        Server proxy = launcher.proxy(jvm, options.war, redis, cacheSize);
        data.readAll(proxy.resp());
        long bytes = Memory.liveBytes(tools, jvm, proxy);
        tools.end(proxy);
        return bytes;
    }
}
