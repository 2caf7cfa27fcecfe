package redisproxy.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpAnswer;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Compares the proxy with its peers, row by row. */
final class Rows {
    private static final int ALL_KEYS = 2 * Data.SMALL.count();
    private static final int CHECKED_KEYS = 100;

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;
    private final List<Jvm> jvms;

    private final Server redis;
    private final List<Server> hitting = new ArrayList<>();
    private final List<Server> missing = new ArrayList<>();
    private final Map<Peer, Server> peers = new EnumMap<>(Peer.class);

    Rows(Tools tools, Options options, Report report, List<Jvm> jvms) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        this.jvms = jvms;
        launcher = new Launcher(tools);
        redis = launcher.redis();
    }

    /** Runs these rows, and ends all their servers. */
    void run(List<Row> rows) {
        Data.SMALL.fill(redis.resp());
        Data.BIG.fill(redis.resp());
        startPeers();
        List<Duel> duels = new ArrayList<>();
        for (Jvm jvm : jvms) {
            hitting.add(launcher.proxy(jvm, options.war(), redis, ALL_KEYS));
            missing.add(launcher.proxy(jvm, options.war(), redis, 1));
        }
        for (Server proxy : hitting) {
            Data.SMALL.readAll(proxy.resp());
            Data.BIG.readAll(proxy.resp());
        }
        for (Row row : rows) {
            duels.add(duel(row));
        }
        for (Duel duel : duels) {
            duel.warmUp(report, options.seconds(), options.warmUp());
        }
        for (int round = 1; round <= options.rounds(); round++) {
            for (Duel duel : duels) {
                duel.round(report, round, options.seconds());
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        duels.forEach(duel -> comparisons.addAll(duel.withPeer()));
        duels.forEach(duel -> comparisons.addAll(duel.betweenSubjects()));
        report.section(
                "Processor time per request",
                "Median (least–greatest) of %d rounds; ratios are of the two measurements of one round."
                        .formatted(options.rounds()),
                Comparison.cpu(comparisons));
        report.section("Throughput and latency", Comparison.throughput(comparisons));
        end();
    }

    private void startPeers() {
        peers.put(Peer.REDIS, redis);
        peers.put(Peer.NGINX, launcher.nginx());
        peers.put(Peer.NUTCRACKER, launcher.nutcracker(redis));
        Path webdis = options.webdis();
        if (webdis != null) {
            peers.put(Peer.WEBDIS, launcher.webdis(webdis, redis));
        }
    }

    private Duel duel(Row row) {
        List<Side> sides = new ArrayList<>();
        // Hits do not touch Redis, so its idle time is nobody's.
        List<Server> behind = row.hit() ? List.of() : List.of(redis);
        for (Server proxy : row.hit() ? hitting : missing) {
            sides.add(side(row, proxy, Peer.PLAIN, behind, !row.hit()));
        }
        Peer peer = row.peer();
        sides.add(side(
                row,
                peers.get(peer),
                peer.target(),
                peer.asksRedis() ? List.of(redis) : List.of(),
                peer.asksRedis() || peer == Peer.REDIS));
        return new Duel(row, List.copyOf(sides));
    }

    private Side side(Row row, Server server, Wrk.Target target, List<Server> behind, boolean asksRedis) {
        for (int index = 0; index < CHECKED_KEYS; index++) {
            check(row, server, target, index * (row.data().count() / CHECKED_KEYS));
        }
        Load load = row.load(tools, server, target);
        return new Side(server.name(), load, server.cpuWith(behind), redis.resp(), asksRedis);
    }

    private static void check(Row row, Server server, Wrk.Target target, int index) {
        String key = row.data().key(index);
        Bytes expected = server.name().equals("nginx")
                ? Bytes.utf8(Launcher.NGINX_BODY)
                : row.data().value(index);
        Bytes actual = row.http() ? overHttp(server, target.path(key)) : overResp(server, key);
        if (!actual.equals(expected)) {
            throw new BenchException("%s answers for %s: %s".formatted(server.name(), key, actual));
        }
    }

    private static Bytes overHttp(Server server, String path) {
        HttpAnswer answer = HttpConnection.get(server.http(), path);
        if (answer.status() != 200) {
            throw new BenchException("%s answers %s with %d".formatted(server.name(), path, answer.status()));
        }
        return answer.body();
    }

    private static Bytes overResp(Server server, String key) {
        try (RespClient client = RespClient.connect(server.resp())) {
            Reply reply = client.get(Bytes.utf8(key));
            return reply instanceof Reply.Bulk bulk ? bulk.bytes() : Bytes.utf8(reply.toString());
        }
    }

    private void end() {
        List<Server> all = new ArrayList<>(peers.values());
        all.addAll(hitting);
        all.addAll(missing);
        all.forEach(server -> tools.children().end(server.process()));
    }
}
