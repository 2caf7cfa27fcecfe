package redisproxy.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;

/** How soon the admin port answers while both ports for data are saturated, and what a scrape costs. */
final class AdminLatency {
    private static final int PROBES = 500;
    private static final int SCRAPES = 500;

    /** Prometheus scrapes every quarter of a minute, so a proxy that has run for a day is warm. */
    private static final int WARM_UP_SCRAPES = 3_000;

    private static final int PIPELINE = 16;
    private static final String LONG_SECONDS = "3600";
    private static final long PAUSE_MILLIS = 10;
    private static final Pattern ADMIN = Pattern.compile("admin http://\\S+?:(\\d+)");

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;

    AdminLatency(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(Jvm jvm) {
        Server redis = launcher.redis();
        Data.SMALL.fill(redis.resp());
        Server proxy = launcher.proxy(jvm, options.war, redis, Data.SMALL.count(), "--admin-port", "0");
        Matcher port = proxy.process().awaitError(ADMIN);
        Address admin = Address.loopback(Integer.parseInt(port.group(1)));
        Table cost = new Table("series", "CPU of a scrape, ms");
        scrape(admin, WARM_UP_SCRAPES);
        CpuClock clock = new CpuClock(List.of(proxy));
        double before = clock.seconds();
        scrape(admin, SCRAPES);
        cost.add(Long.toString(series(admin)), show((clock.seconds() - before) * 1e3 / SCRAPES));
        Table latency = new Table("request", "quiet p50 ms", "quiet p99 ms", "saturated p50 ms", "saturated p99 ms");
        double[][] quiet = measure(admin);
        List<ChildProcess> loads = List.of(
                RedisBenchmark.startEndless(
                        tools, options.loadCore, proxy.resp(), Tools.CONNECTIONS, PIPELINE, Data.SMALL),
                tools.startGenerating(Tools.words(
                        "wrk -t1 -c % -d % %",
                        Tools.CONNECTIONS, LONG_SECONDS, "http://" + proxy.http() + "/" + Data.SMALL.key(0))));
        double[][] saturated = measure(admin);
        loads.forEach(tools::end);
        List<String> targets = List.of("/readyz", "/metrics");
        for (int i = 0; i < targets.size(); i++) {
            latency.add(
                    targets.get(i),
                    show(Stats.percentile(quiet[i], 50)),
                    show(Stats.percentile(quiet[i], 99)),
                    show(Stats.percentile(saturated[i], 50)),
                    show(Stats.percentile(saturated[i], 99)));
        }
        tools.end(proxy);
        tools.end(redis);
        report.section(
                "Admin port",
                ("Time from a new connection to the end of the answer, of %d requests each; saturated: while redis-benchmark (%d"
                                + " connections, pipelines of %d) and wrk (%d connections) load both other ports from another"
                                + " core.")
                        .formatted(PROBES, Tools.CONNECTIONS, PIPELINE, Tools.CONNECTIONS),
                latency);
        report.section("Scrapes", "Processor time of the whole process for one scrape.", cost);
    }

    private static double[][] measure(Address admin) {
        double[][] millis = new double[2][PROBES];
        for (int i = 0; i < PROBES; i++) {
            millis[0][i] = ask(admin, "/readyz");
            millis[1][i] = ask(admin, "/metrics");
            Start.pause(PAUSE_MILLIS);
        }
        Arrays.sort(millis[0]);
        Arrays.sort(millis[1]);
        return millis;
    }

    private static double ask(Address admin, String target) {
        long asked = System.nanoTime();
        HttpAnswer answer = HttpConnection.get(admin, target);
        double millis = (System.nanoTime() - asked) / 1e6;
        if (answer.status() != 200) {
            throw new BenchException(target + " was answered with " + answer.status());
        }
        return millis;
    }

    private static void scrape(Address admin, int times) {
        try (HttpConnection connection = HttpConnection.connect(admin)) {
            for (int i = 0; i < times; i++) {
                connection.send(HttpConnection.request("GET /metrics"));
                connection.read();
            }
        }
    }

    private static long series(Address admin) {
        String text = HttpConnection.get(admin, "/metrics").body().asUtf8();
        return text.lines().filter(line -> !line.startsWith("#")).count();
    }

    private static String show(double millis) {
        return String.format(Locale.ROOT, "%.2f", millis);
    }
}
