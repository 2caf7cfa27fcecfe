package redisproxy.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.Reply;
import redisproxy.testkit.RespClient;

/** Compares the proxy with its peers, row by row. */
final class Rows {
    private static final int ALL_KEYS = Data.SMALL.count() + Data.BIG.count();
    private static final int CHECKED_KEYS = 100;

    private final Tools tools;
    private final Options options;
    private final Report report;
    private final Launcher launcher;

    /** One that has all keys in its cache, for each JVM, and one that never has the right one. */
    private final List<Server> hitting = new ArrayList<>();

    private final List<Server> missing = new ArrayList<>();
    private final Map<Row.Peer, Server> peers = new EnumMap<>(Row.Peer.class);

    Rows(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    /** Runs these rows, from the start of all servers to their end. */
    void run(List<Jvm> jvms, List<Row> rows) {
        startServers(jvms);
        List<Duel> duels = new ArrayList<>();
        for (Row row : rows) {
            duels.add(duel(row));
        }
        duels.forEach(duel -> duel.warmUp(report, options.seconds, options.warmUp));
        for (int round = 1; round <= options.rounds; round++) {
            for (Duel duel : duels) {
                duel.round(report, round, options.seconds);
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        duels.forEach(duel -> comparisons.addAll(duel.withPeer()));
        duels.forEach(duel -> comparisons.addAll(duel.betweenSubjects()));
        String explanation = "Median (least–greatest) of %d rounds; a ratio is of two measurements of one round."
                .formatted(options.rounds);
        report.section("Processor time per request", explanation, Comparison.cpu(comparisons));
        report.section("Throughput and latency", Comparison.throughput(comparisons));
        peers.values().forEach(tools::end);
        hitting.forEach(tools::end);
        missing.forEach(tools::end);
    }

    private void startServers(List<Jvm> jvms) {
        Server redis = launcher.redis();
        Data.SMALL.fill(redis.resp());
        Data.BIG.fill(redis.resp());
        peers.put(Row.Peer.REDIS, redis);
        peers.put(Row.Peer.NGINX, launcher.nginx());
        peers.put(Row.Peer.NUTCRACKER, launcher.nutcracker(redis));
        if (options.webdis != null) {
            peers.put(Row.Peer.WEBDIS, launcher.webdis(options.webdis, redis));
        }
        for (Jvm jvm : jvms) {
            Server proxy = launcher.proxy(jvm, options.war, redis, ALL_KEYS);
            Data.SMALL.readAll(proxy.resp());
            Data.BIG.readAll(proxy.resp());
            hitting.add(proxy);
            missing.add(launcher.proxy(jvm, options.war, redis, 1));
        }
    }

    private Duel duel(Row row) {
        List<Side> sides = new ArrayList<>();
        for (Server proxy : row.hit() ? hitting : missing) {
            // Hits do not touch Redis, so its idle time is nobody's.
            sides.add(side(row, proxy, Wrk.PathStyle.KEY_ALONE, !row.hit(), !row.hit()));
        }
        Row.Peer peer = row.peer();
        Wrk.PathStyle path = peer == Row.Peer.WEBDIS ? Wrk.PathStyle.WEBDIS : Wrk.PathStyle.KEY_ALONE;
        sides.add(side(row, peers.get(peer), path, peer.isInFrontOfRedis(), peer.asksRedis()));
        return new Duel(row, sides);
    }

    private Side side(Row row, Server server, Wrk.PathStyle path, boolean countsRedis, boolean asksRedis) {
        for (int index = 0; index < CHECKED_KEYS; index++) {
            check(row, server, path, index * (row.data().count() / CHECKED_KEYS));
        }
        Server redis = peers.get(Row.Peer.REDIS);
        Load load = row.pipeline() == 0
                ? new Wrk(tools, server.http(), path, row.data())
                : new RedisBenchmark(tools, server.resp(), row.pipeline(), row.data());
        CpuClock cpu = new CpuClock(countsRedis ? List.of(server, redis) : List.of(server));
        return new Side(server.name(), load, cpu, redis.resp(), asksRedis);
    }

    /** Fails unless the server answers with the right bytes, over the protocol of the row. */
    private void check(Row row, Server server, Wrk.PathStyle path, int index) {
        String key = row.data().key(index);
        Bytes expected = server.equals(peers.get(Row.Peer.NGINX))
                ? Bytes.utf8(Launcher.NGINX_BODY)
                : row.data().value(index);
        if (row.pipeline() == 0) {
            check(
                    server,
                    expected,
                    HttpConnection.get(server.http(), path.of(key)).body());
        } else {
            try (RespClient client = RespClient.connect(server.resp())) {
                check(server, new Reply.Bulk(expected), client.get(Bytes.utf8(key)));
            }
        }
    }

    private static void check(Server server, Object expected, Object actual) {
        if (!actual.equals(expected)) {
            throw new BenchException("%s answers %s for %s".formatted(server.name(), actual, expected));
        }
    }
}
