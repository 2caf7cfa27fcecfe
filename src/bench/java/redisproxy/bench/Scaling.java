package redisproxy.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import redisproxy.testkit.ChildProcess;

/**
 * What a RESP hit costs a proxy that has two selectors on two cores, against two proxies that have one selector and one
 * core each. Both ways both cores are busy. Half of the requests come from the selector's own core and half from the
 * other, since waking a thread of another core costs more. So only what the selectors share differs.
 */
final class Scaling {
    /** Jetty gives a connector one selector for two processors; this has it see four. */
    private static final String TWO_SELECTORS = "-DJETTY_AVAILABLE_PROCESSORS=4";

    private static final String FLAG = "scaling";
    private static final double TARGET = 1.05;
    private static final int[] PIPELINES = {1, 16};

    /** Load generators on each core. */
    private static final int GENERATORS = 2;

    private static final int CONNECTIONS = 12;

    /** By then the load generators are connected. */
    private static final long BEGIN_MILLIS = 500;

    /** Each port has a connector with selectors of its own. */
    private static final int PORTS = 2;

    private static final String SELECTOR_FRAME = "ManagedSelector$SelectorProducer.select(";

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final List<Integer> cores;
    private final Table table = new Table(
            "row",
            "one selector on one core, µs",
            "two on two, µs",
            "ratio",
            "target",
            "requests/s of two : two on two");

    Scaling(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
        cores = List.of(options.serverCore, options.loadCore);
    }

    void run(Jvm jvm) {
        Server redis = launcher.redis();
        Data.SMALL.fill(redis.resp());
        Form one = new Form("one selector", jvm, options.war);
        List<Server> apart = new ArrayList<>();
        for (int core : cores) {
            apart.add(start(List.of(core), one, redis, 1));
        }
        Form two = new Form("two selectors", jvm.with(TWO_SELECTORS), options.war);
        Server together = start(cores, two, redis, 2);
        for (int pipeline : PIPELINES) {
            compare(pipeline, new Group("one on one", apart), new Group("two on two", List.of(together)));
        }
        Stream.concat(apart.stream(), Stream.of(together, redis)).forEach(tools::end);
        report.section(
                "Scaling",
                ("RESP hits. Two proxies with one selector and one core each, and one proxy with two selectors on both"
                                + " cores. On each core a load generator for each of the two proxies, or two for the one;"
                                + " %d connections in all. Processor time per request, median (least–greatest) of %d"
                                + " rounds.")
                        .formatted(cores.size() * GENERATORS * CONNECTIONS, options.rounds),
                table);
    }

    private Server start(List<Integer> on, Form form, Server redis, int selectors) {
        Server proxy = launcher.proxy(on, form, redis, Data.SMALL.count());
        String threads = tools.generate(Tools.words(
                        "% % Thread.print",
                        form.jvm().tool("jcmd"), proxy.process().pid()))
                .out();
        long found =
                threads.lines().filter(line -> line.contains(SELECTOR_FRAME)).count();
        if (found != (long) selectors * PORTS) {
            throw new BenchException("%s: %d selectors on %d ports".formatted(form.name(), found, PORTS));
        }
        Data.SMALL.readAll(proxy.resp());
        return proxy;
    }

    private void compare(int pipeline, Group apart, Group together) {
        List<Group> groups = List.of(apart, together);
        groups.forEach(group -> warmUp(group, pipeline));
        List<List<Window>> windows = List.of(new ArrayList<>(), new ArrayList<>());
        for (int round = 1; round <= options.rounds; round++) {
            for (int at = 0; at < groups.size(); at++) {
                int index = round % 2 == 1 ? at : groups.size() - 1 - at;
                Window window = measure(groups.get(index), pipeline);
                windows.get(index).add(window);
                report.progress(
                        "round %d  %s  P=%d  %s  %.2f µs  %,.0f/s",
                        round, FLAG, pipeline, groups.get(index).name, window.cpuMicros(), window.rate());
            }
        }
        List<Double> one = windows.get(0).stream().map(Window::cpuMicros).toList();
        List<Double> two = windows.get(1).stream().map(Window::cpuMicros).toList();
        table.add(
                "RESP hit, P=" + pipeline,
                Stats.of(one).show("%.2f"),
                Stats.of(two).show("%.2f"),
                Stats.ofRatios(two, one).show("%.2f"),
                String.format(Locale.ROOT, "%.2f", TARGET),
                rate(windows.get(0)) + " : " + rate(windows.get(1)));
    }

    private static String rate(List<Window> windows) {
        return Stats.of(windows.stream().map(Window::rate).toList()).showMedian("%,.0f");
    }

    private void warmUp(Group group, int pipeline) {
        List<Double> rates = new ArrayList<>();
        double seconds = 0;
        while (seconds < options.warmUp && !Stats.isLevel(rates)) {
            Window window = measure(group, pipeline);
            rates.add(window.rate());
            seconds += window.seconds;
        }
        report.progress("%s: warmed %s with P=%d for %.0f s", FLAG, group.name, pipeline, seconds);
    }

    /** Measures while the load goes on, so that its begin and end do not count. */
    private Window measure(Group group, int pipeline) {
        List<ChildProcess> loads = new ArrayList<>();
        for (int core : cores) {
            for (int index = 0; index < GENERATORS; index++) {
                Server server = group.servers.get(index % group.servers.size());
                loads.add(RedisBenchmark.startEndless(tools, core, server.resp(), CONNECTIONS, pipeline, Data.SMALL));
            }
        }
        Start.pause(BEGIN_MILLIS);
        CpuClock cpu = new CpuClock(group.servers);
        long start = System.nanoTime();
        double cpuBefore = cpu.seconds();
        long before = group.hits();
        Start.pause(options.seconds * 1_000L);
        double cpuSeconds = cpu.seconds() - cpuBefore;
        long hits = group.hits() - before;
        Window window = new Window(hits, cpuSeconds, (System.nanoTime() - start) / 1e9);
        for (ChildProcess load : loads) {
            if (!load.isAlive()) {
                throw new BenchException(load.describe("the load has ended"));
            }
            tools.end(load);
        }
        return window;
    }

    /** Proxies that serve the load together. */
    private record Group(String name, List<Server> servers) {
        long hits() {
            return servers.stream()
                    .mapToLong(server -> new CommandStats(server.resp()).hits())
                    .sum();
        }
    }

    /** A time under load. */
    private record Window(long hits, double cpuSeconds, double seconds) {
        double cpuMicros() {
            return cpuSeconds * 1e6 / hits;
        }

        double rate() {
            return hits / seconds;
        }
    }
}
