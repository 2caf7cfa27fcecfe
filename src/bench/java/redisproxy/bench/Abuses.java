package redisproxy.bench;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.Excess;
import redisproxy.testkit.RedisControl;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** The latency of well-behaved clients while others abuse a port, compared with Redis, and the memory it takes. */
final class Abuses {
    /** Enough for the abusing clients, and a hundred for the measuring ones. */
    private static final int MAX_CONN = 1_100;

    /** A process that is measured with has to end within 30 s. */
    private static final int MOST_WARM_UP_SECONDS = 20;

    /** The first request of each connection takes a long code path, which only this warms up. */
    private static final int FIRST_REQUESTS_WARM_UP_SECONDS = 20;

    private static final int LARGE_BYTES = 1 << 20;
    private static final int HUGE_ELEMENTS = 512;
    private static final int FEW_CLIENTS = 50;
    private static final long SETTLE_MILLIS = 10;
    private static final Pattern CONNECTED = Pattern.compile("connected_clients:(\\d+)");
    private static final Pattern DONE = Pattern.compile("(?m)^done (\\d+)$");

    private static final List<String> OWN_KINDS = List.of("resp-hit", "resp-miss", "http-hit");
    private static final List<String> KINDS = List.of("resp-hit", "resp-miss", "http-hit", "redis");

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final Table table = new Table(
            "abuse",
            "RESP hit, p99 ms",
            "times quiet",
            "RESP miss",
            "times quiet",
            "HTTP hit",
            "times quiet",
            "redis-server, hit",
            "times quiet",
            "done/s",
            "live heap before, MB",
            "after",
            "greatest resident, MB");

    Abuses(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    void run(Jvm jvm) {
        run(jvm, "read", wanted(/* passedOn= */ false));
        run(jvm, "all", wanted(/* passedOn= */ true));
        report.section(
                "Abuse",
                ("Four clients of each kind ask about a thousand times a second each, while others abuse a port: the 99th"
                                + " percentile of their waiting, and that divided by the same without abuse just before."
                                + " MAX_CONN is %,d. Live heap is that with an empty cache.")
                        .formatted(MAX_CONN),
                table);
    }

    private void run(Jvm jvm, String commands, List<Abuse> abuses) {
        if (abuses.isEmpty()) {
            return;
        }
        Server redis = redis();
        Server proxy = launcher.proxy(
                jvm,
                options.war,
                redis,
                Data.SMALL.count(),
                "--max-connections",
                Integer.toString(MAX_CONN),
                "--commands",
                commands);
        warmUp(proxy, redis);
        abuses.forEach(abuse -> measure(abuse, jvm, proxy, redis));
        tools.end(proxy);
        tools.end(redis);
    }

    private List<Abuse> wanted(boolean passedOn) {
        return Arrays.stream(Abuse.values())
                .filter(abuse -> abuse.isPassedOn() == passedOn)
                .filter(abuse -> options.abuses.isEmpty() || options.abuses.contains(abuse.flag()))
                .toList();
    }

    /** On one core, clients would wait for the JIT compiler. */
    private void warmUp(Server proxy, Server redis) {
        new Attack(Abuse.HTTP_FLOOD, proxy, redis, FIRST_REQUESTS_WARM_UP_SECONDS).end();
        finish(beginProbe(proxy, Math.min(options.warmUp, MOST_WARM_UP_SECONDS)));
        report.progress("warm");
    }

    /** What an abuse makes the proxy do is compiled only while it goes on. */
    private void warmUp(Abuse abuse, Server proxy, Server redis) {
        for (int left = options.warmUp; left > 0; left -= MOST_WARM_UP_SECONDS) {
            new Attack(abuse, proxy, redis, Math.min(left, MOST_WARM_UP_SECONDS)).end();
        }
    }

    private Server redis() {
        Server redis = launcher.redis();
        try (RedisControl control = new RedisControl(redis.resp())) {
            control.call("SET", Probe.KEY, Probe.VALUE);
            control.call("SET", Abuse.LARGE, "x".repeat(LARGE_BYTES));
            Excess.prepare(control);
            control.call(
                    "EVAL",
                    "for i = 1, ARGV[2] do redis.call('rpush', KEYS[1], ARGV[1]) end",
                    "1",
                    Abuse.HUGE,
                    "x".repeat(LARGE_BYTES),
                    Integer.toString(HUGE_ELEMENTS));
            control.call("CONFIG", "SET", "maxclients", Integer.toString(MAX_CONN));
            // By default there is no limit, and replies that are not read would fill the memory of this machine.
            control.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1gb 0 0");
        }
        return redis;
    }

    private void measure(Abuse abuse, Jvm jvm, Server proxy, Server redis) {
        warmUp(abuse, proxy, redis);
        long before = live(jvm, proxy);
        Map<String, List<Double>> quiet = new LinkedHashMap<>();
        Map<String, List<Double>> abused = new LinkedHashMap<>();
        List<Double> done = new ArrayList<>();
        long resident = 0;
        for (int round = 0; round < options.rounds; round++) {
            add(quiet, finish(beginProbe(proxy, options.seconds)));
            Attack attack = new Attack(abuse, proxy, redis, options.seconds);
            add(abused, attack.results);
            resident = Math.max(resident, Memory.residentBytes(proxy));
            done.add(attack.rate());
            attack.end();
            if (abuse.hasPeer) {
                Server peer = redis();
                add(quiet, "redis", finish(beginProbe(peer, options.seconds)));
                Attack attackOnPeer = new Attack(abuse, peer, redis, options.seconds);
                add(abused, "redis", attackOnPeer.results);
                attackOnPeer.end();
                tools.end(peer);
            }
        }
        if (abuse.suspendsRedis) {
            abused.remove("resp-miss");
        }
        long after = live(jvm, proxy);
        List<String> cells = new ArrayList<>(List.of("`%s`: %s".formatted(abuse.flag(), abuse.words)));
        for (String kind : KINDS) {
            boolean known = abused.containsKey(kind);
            cells.add(known ? Stats.of(abused.get(kind)).showMedian("%.2f") : "");
            cells.add(known ? Stats.ofRatios(abused.get(kind), quiet.get(kind)).showMedian("**%.1f**") : "");
        }
        cells.add(Stats.of(done).showMedian("%,.0f"));
        cells.add(megabytes(before));
        cells.add(megabytes(after));
        cells.add(megabytes(resident));
        report.progress("%s", String.join("  ", cells));
        table.add(cells.toArray(String[]::new));
    }

    /** Empties the cache, and returns what else is live. */
    private long live(Jvm jvm, Server proxy) {
        try (RespClient client = RespClient.connect(proxy.resp())) {
            client.call("CACHE", "FLUSH");
        }
        return Memory.liveBytes(tools, jvm, proxy);
    }

    private List<Probe.Result> finish(ChildProcess probe) {
        return Probe.parse(tools.finish(probe).out());
    }

    private ChildProcess beginProbe(Server server, int seconds, String... more) {
        List<String> command =
                Tools.words("% -cp % % % %", java(), classes(), Probe.class.getName(), seconds, server.resp());
        if (!server.http().equals(server.resp())) {
            command.add(server.http().toString());
            command.addAll(List.of(more));
        }
        ChildProcess probe = tools.startGenerating(command);
        probe.awaitError(Pattern.compile("(?m)^connected$"));
        return probe;
    }

    /** Measures clients that have connected before the abuse begins. */
    private final class Attack {
        private final Abuse abuse;
        private final Server server;
        private final Server redis;
        private final ChildProcess hostile;

        /** The results of the measuring clients, empty if they were not served. */
        final List<Probe.Result> results;

        /** Redis is the one behind the server. */
        Attack(Abuse abuse, Server server, Server redis, int seconds) {
            this.abuse = abuse;
            this.server = server;
            this.redis = redis;
            ChildProcess probe =
                    abuse.suspendsRedis ? beginProbe(server, seconds, Probe.HITS_ALONE) : beginProbe(server, seconds);
            this.hostile = begin();
            if (abuse.suspendsRedis) {
                signal("STOP");
            }
            try {
                this.results = results(probe);
            } finally {
                if (abuse.suspendsRedis) {
                    signal("CONT");
                }
            }
        }

        private void signal(String name) {
            tools.generate(Tools.words("kill % %", "-" + name, redis.process().pid()));
        }

        private ChildProcess begin() {
            String address = (abuse.port == Excess.Port.RESP ? server.resp() : server.http()).toString();
            // The measuring clients should not wait for its processor time.
            ChildProcess child = tools.startGenerating(Tools.words(
                    "nice -n 10 % -Xmx1g -cp % % % %",
                    java(), classes(), Hostility.class.getName(), abuse.name(), address));
            child.awaitError(Pattern.compile("(?m)^on$"));
            return child;
        }

        private List<Probe.Result> results(ChildProcess probe) {
            try {
                return finish(probe);
            } catch (BenchException e) {
                report.progress("%s does not serve others during %s: %s", server.name(), abuse.flag(), e.getMessage());
                return List.of();
            }
        }

        /** Returns the count of the last second, in the unit of the abuse: connections, bytes or requests. */
        double rate() {
            Matcher matcher = DONE.matcher(hostile.err());
            double last = 0;
            while (matcher.find()) {
                last = Double.parseDouble(matcher.group(1));
            }
            return last;
        }

        void end() {
            tools.end(hostile);
            hostile.awaitExit();
            while (connectedClients() > FEW_CLIENTS || !loads()) {
                Start.pause(SETTLE_MILLIS);
            }
        }

        /** Whether Redis is asked again after a time without answers. */
        private boolean loads() {
            try (RespClient client = RespClient.connect(server.resp())) {
                return client.call("GET", "absent") instanceof Reply.Nil;
            }
        }

        private long connectedClients() {
            try (RespClient client = RespClient.connect(server.resp())) {
                Matcher matcher =
                        CONNECTED.matcher(client.call("INFO", "clients").toString());
                return matcher.find() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
            }
        }
    }

    private static void add(Map<String, List<Double>> into, List<Probe.Result> results) {
        for (String kind : OWN_KINDS) {
            double p99 = results.stream()
                    .filter(result -> result.name().equals(kind))
                    .mapToDouble(result -> result.p99() / 1e3)
                    .findFirst()
                    .orElse(Double.POSITIVE_INFINITY);
            into.computeIfAbsent(kind, name -> new ArrayList<>()).add(p99);
        }
    }

    private static void add(Map<String, List<Double>> into, String name, List<Probe.Result> results) {
        double p99 =
                results.isEmpty() ? Double.POSITIVE_INFINITY : results.get(0).p99() / 1e3;
        into.computeIfAbsent(name, unused -> new ArrayList<>()).add(p99);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns the class path of this harness. */
    static String classes() {
        try {
            return Path.of(Abuses.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new BenchException("no folder of classes", e);
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }
}
