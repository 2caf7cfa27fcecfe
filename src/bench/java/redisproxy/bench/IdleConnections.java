package redisproxy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;

/** The memory of a connection that has served a pipeline and is idle. */
final class IdleConnections {
    private static final int CONNECTIONS = 10_000;
    private static final int FIRST_CONNECTIONS = 100;
    private static final int PIPELINE = 16;

    /** Files that a process has open besides the connections. */
    private static final int OTHER_FILES = 1_000;

    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +\\d+ +(\\d+)");
    private static final Data DATA = new Data("key:", 1_000, 16);

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final Table table =
            new Table("proxy", "heap bytes/connection", "resident MB before", "resident MB with them");

    IdleConnections(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(List<Jvm> jvms) {
        long limit = openFiles();
        if (limit < CONNECTIONS + OTHER_FILES) {
            report.progress("idle: left out, %d files may be open (ulimit -Hn)", limit);
            return;
        }
        Server redis = launcher.redis();
        DATA.fill(redis.resp());
        for (Jvm jvm : jvms) {
            measure(jvm.with(Memory.COMPACT_ALWAYS), redis);
        }
        tools.end(redis);
        report.section(
                "Idle connections",
                "%,d RESP connections, each of which has sent %d GETs as one pipeline and read the answers."
                        .formatted(CONNECTIONS, PIPELINE),
                table);
    }

    private void measure(Jvm jvm, Server redis) {
        int most = 2 * CONNECTIONS;
        Server proxy =
                launcher.proxy(jvm, options.war, redis, DATA.count(), "--max-connections", Integer.toString(most));
        close(open(proxy, FIRST_CONNECTIONS));
        long heapBefore = Memory.liveBytes(tools, jvm, proxy);
        long residentBefore = Memory.residentBytes(proxy);
        List<RespClient> clients = open(proxy, CONNECTIONS);
        long resident = Memory.residentBytes(proxy);
        long heap = Memory.liveBytes(tools, jvm, proxy);
        close(clients);
        tools.end(proxy);
        report.progress("idle: %s: %,d bytes of heap", jvm.name(), (heap - heapBefore) / CONNECTIONS);
        table.add(
                jvm.name(),
                String.format(Locale.ROOT, "%,d", (heap - heapBefore) / CONNECTIONS),
                String.format(Locale.ROOT, "%.0f", residentBefore / 1e6),
                String.format(Locale.ROOT, "%.0f", resident / 1e6));
    }

    private static List<RespClient> open(Server proxy, int count) {
        Bytes pipeline = DATA.gets(0, PIPELINE);
        List<RespClient> clients = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            RespClient client = RespClient.connect(proxy.resp());
            client.send(pipeline);
            DATA.check(0, PIPELINE, client, proxy.resp());
            clients.add(client);
        }
        return clients;
    }

    private static void close(List<RespClient> clients) {
        clients.forEach(RespClient::close);
    }

    /** Returns how many files a process may open. A JVM raises its soft limit to the hard one. */
    private static long openFiles() {
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
            // "unlimited" does not match.
            return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
