package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import redisproxy.testkit.ChildProcess;

/** How long a start takes until both ports answer, and how fast hits are in the seconds after it. */
final class StartTime {
    private static final int FIRST_SECONDS = 5;

    /** How many starts of each form are followed by a load. */
    private static final int LOADED_STARTS = 3;

    private final Tools tools;
    private final Options options;
    private final Report report;

    StartTime(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
    }

    /**
     * The starts of one form.
     *
     * @param millis how long each took
     * @param rates hits per second in each of the first seconds, for each start that had a load
     */
    private record Series(Form form, List<Double> millis, List<List<Double>> rates) {
        String rateInSecond(int second) {
            List<Double> all = new ArrayList<>();
            rates.forEach(start -> all.add(start.get(second)));
            return Stats.of(all).showMedian("%,.0f");
        }
    }

    void run(List<Jvm> jvms) {
        Server redis = new Launcher(tools).redis();
        Data.SMALL.fill(redis.resp());
        List<Series> all = new ArrayList<>();
        for (Form form : forms(jvms, redis)) {
            all.add(new Series(form, new ArrayList<>(), new ArrayList<>()));
        }
        for (int round = 1; round <= options.rounds; round++) {
            for (Series each : all) {
                start(each, round, redis);
            }
        }
        String explanation = ("From exec until both ports have given a value, median (least–greatest) of %d starts;"
                        + " then hits per second, P=1, median of %d starts. %s")
                .formatted(options.rounds, Math.min(LOADED_STARTS, options.rounds), warm(jvms, redis));
        report.section("Start", explanation, table(all));
        tools.end(redis);
    }

    private static Table table(List<Series> all) {
        Table table = new Table("proxy", "ms until ready", "1st s", "2nd s", "3rd s", "4th s", "5th s");
        for (Series each : all) {
            table.add(
                    each.form().name(),
                    Stats.of(each.millis()).show("%.0f"),
                    each.rateInSecond(0),
                    each.rateInSecond(1),
                    each.rateInSecond(2),
                    each.rateInSecond(3),
                    each.rateInSecond(4));
        }
        return table;
    }

    private List<Form> forms(List<Jvm> jvms, Server redis) {
        List<Form> forms = new ArrayList<>();
        for (Jvm jvm : jvms) {
            forms.addAll(Form.of(tools, redis, jvm, options.war));
        }
        return forms;
    }

    private void start(Series series, int round, Server redis) {
        Start start = Start.of(tools, series.form(), redis);
        series.millis().add(start.millis());
        report.progress("start %d  %-36s %5.0f ms", round, series.form().name(), start.millis());
        if (round <= LOADED_STARTS) {
            series.rates().add(rates(start.server(), 0));
        }
        tools.end(start.server());
    }

    /** Describes the throughput of each JVM after its warm-up. */
    private String warm(List<Jvm> jvms, Server redis) {
        List<String> warm = new ArrayList<>();
        for (Jvm jvm : jvms) {
            Form form = new Form(jvm.name(), jvm, options.war);
            Server server = Start.of(tools, form, redis).server();
            double rate = Stats.of(rates(server, options.warmUp)).median();
            warm.add(String.format(Locale.ROOT, "%s after %d s of load: %,.0f.", jvm.name(), options.warmUp, rate));
            tools.end(server);
        }
        return String.join(" ", warm);
    }

    /** Loads the proxy, and returns its hits per second for some seconds after those that are skipped. */
    private List<Double> rates(Server proxy, int after) {
        List<Double> rates = new ArrayList<>();
        CommandStats stats = new CommandStats(proxy.resp());
        ChildProcess load = RedisBenchmark.startEndless(tools, proxy.resp());
        Start.pause(after * 1_000L);
        long hits = stats.hits();
        long time = System.nanoTime();
        for (int second = 0; second < FIRST_SECONDS; second++) {
            Start.pause(1_000);
            long hitsNow = stats.hits();
            long now = System.nanoTime();
            rates.add((hitsNow - hits) * 1e9 / (now - time));
            hits = hitsNow;
            time = now;
        }
        if (!load.isAlive()) {
            throw new BenchException(load.describe("ended before its time"));
        }
        tools.end(load);
        return rates;
    }
}
