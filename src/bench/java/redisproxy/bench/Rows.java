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

    private final Map<Row.Redis, Backing> backings = new EnumMap<>(Row.Redis.class);

    /** One that has all keys in its cache, for each form. */
    private final List<Server> hitting = new ArrayList<>();

    /** One that never has the right key, for each form. */
    private final Map<Row.Redis, List<Server>> missing = new EnumMap<>(Row.Redis.class);

    /** One that lets clients write, for each form. */
    private final List<Server> writing = new ArrayList<>();

    private final Map<Row.Peer, Server> peers = new EnumMap<>(Row.Peer.class);

    Rows(Tools tools, Options options, Report report) {
        this.tools = tools;
        this.options = options;
        this.report = report;
        launcher = new Launcher(tools);
    }

    /** Runs these rows, from the start of all servers to their end. */
    void run(List<Form> proxies, List<Row> rows) {
        startServers(proxies, rows);
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
        Targets between = options.hasPeer() ? Targets.NO_DEARER : Targets.NONE;
        duels.forEach(duel -> comparisons.addAll(duel.withOneServer()));
        duels.forEach(duel -> comparisons.addAll(duel.betweenSubjects(between)));
        String explanation = "Median (least–greatest) of %d rounds; a ratio is of two measurements of one round."
                .formatted(options.rounds);
        report.section("Processor time per request", explanation, Comparison.cpu(comparisons));
        report.section("Throughput and latency", Comparison.throughput(comparisons));
        peers.values().forEach(tools::end);
        hitting.forEach(tools::end);
        writing.forEach(tools::end);
        missing.values().forEach(servers -> servers.forEach(tools::end));
        backings.values().forEach(backing -> backing.servers().forEach(tools::end));
    }

    private void startServers(List<Form> proxies, List<Row> rows) {
        Server redis = launcher.redis();
        Data.SMALL.fill(redis.resp());
        Data.BIG.fill(redis.resp());
        peers.put(Row.Peer.REDIS, redis);
        peers.put(Row.Peer.NGINX, launcher.nginx());
        peers.put(Row.Peer.NUTCRACKER, launcher.nutcracker(redis));
        boolean isEncrypted = rows.stream().anyMatch(Row::isEncrypted);
        if (isWanted(Row.Peer.NGINX_TLS, rows)) {
            peers.put(Row.Peer.NGINX_TLS, launcher.secureNginx());
        }
        if (isWanted(Row.Peer.REDIS_TLS, rows)) {
            Server secure = launcher.secureRedis();
            Data.SMALL.fill(secure.resp());
            peers.put(Row.Peer.REDIS_TLS, secure);
        }
        if (isWanted(Row.Peer.WEBDIS, rows)) {
            peers.put(Row.Peer.WEBDIS, launcher.webdis(redis));
        }
        if (isWanted(Row.Peer.VARNISH, rows)) {
            Server varnish = launcher.varnish(peers.get(Row.Peer.NGINX));
            CachedLoad.fill(varnish.http(), Data.SMALL);
            peers.put(Row.Peer.VARNISH, varnish);
        }
        backings.put(Row.Redis.SERVER, start(Row.Redis.SERVER));
        rows.forEach(row -> backings.computeIfAbsent(row.redis(), this::start));
        for (Form form : proxies) {
            Form shown = isEncrypted ? form.with(launcher.tlsFlags()) : form;
            Server proxy = launcher.proxy(shown, backings.get(Row.Redis.SERVER), ALL_KEYS);
            Data.SMALL.readAll(proxy.resp());
            Data.BIG.readAll(proxy.resp());
            hitting.add(proxy);
        }
        if (rows.stream().anyMatch(Row::writes)) {
            for (Form form : proxies) {
                Form shown = form.named(form.name() + ", writes").with(List.of("--commands=all"));
                Server proxy = launcher.proxy(shown, backings.get(Row.Redis.SERVER), ALL_KEYS);
                Data.SMALL.readAll(proxy.resp());
                writing.add(proxy);
            }
        }
        backings.forEach((kind, backing) -> missing.put(kind, missing(proxies, kind, backing)));
    }

    /** Starts what the proxy loads from, with the small values in it. The one server is that of the peers. */
    private Backing start(Row.Redis kind) {
        return switch (kind) {
            case SERVER -> Backing.of(peers.get(Row.Peer.REDIS));
            case CLUSTER -> {
                Cluster cluster = launcher.cluster();
                cluster.fill(Data.SMALL);
                yield cluster.backing();
            }
            case TLS -> {
                Backing backing = launcher.redisWithTls();
                backing.servers().forEach(redis -> Data.SMALL.fill(redis.resp()));
                yield backing;
            }
        };
    }

    private List<Server> missing(List<Form> proxies, Row.Redis kind, Backing backing) {
        List<Server> servers = new ArrayList<>();
        for (Form form : proxies) {
            servers.add(launcher.proxy(form.named(form.name() + kind.suffix()), backing, 1));
        }
        return servers;
    }

    private static boolean isWanted(Row.Peer peer, List<Row> rows) {
        return rows.stream().anyMatch(row -> row.peer() == peer);
    }

    private Duel duel(Row row) {
        List<Side> oneServer = row.redis() == Row.Redis.SERVER ? List.of() : proxies(row, Row.Redis.SERVER);
        Row.Peer peer = row.peer();
        Wrk.PathStyle path = peer == Row.Peer.WEBDIS ? Wrk.PathStyle.WEBDIS : Wrk.PathStyle.KEY_ALONE;
        Server server = peers.get(peer);
        Load load = load(row, server, path);
        Load checked = peer == Row.Peer.VARNISH ? new CachedLoad(tools, load) : load;
        Backing redis = peer == Row.Peer.REDIS_TLS ? Backing.of(server) : backings.get(Row.Redis.SERVER);
        Side last = side(server, checked, redis, peer.isInFrontOfRedis(), row.peersLoads());
        return new Duel(row, proxies(row, row.redis()), oneServer, last);
    }

    private List<Side> proxies(Row row, Row.Redis kind) {
        List<Side> sides = new ArrayList<>();
        boolean hit = row.loads() == Row.Loads.NONE;
        for (Server proxy : hit ? hitting : row.writes() ? writing : missing.get(kind)) {
            // Hits do not touch Redis: its idle time does not count.
            Load load = load(row, proxy, Wrk.PathStyle.KEY_ALONE);
            sides.add(side(proxy, load, backings.get(kind), !hit, row.loads()));
        }
        return sides;
    }

    private static Side side(Server server, Load load, Backing backing, boolean countsRedis, Row.Loads loads) {
        CpuClock cpu = countsRedis ? backing.cpuWith(server) : new CpuClock(List.of(server));
        return new Side(server.name(), load, cpu, backing.stats(), loads);
    }

    /** Makes the load of the row, once the server has been seen to answer it right. */
    private Load load(Row row, Server server, Wrk.PathStyle path) {
        for (int index = 0; index < CHECKED_KEYS; index++) {
            check(row, server, path, index * (row.data().count() / CHECKED_KEYS));
        }
        if (row.loads() == Row.Loads.TENTH_WRITES) {
            return new MixedLoad(tools, server.resp());
        }
        if (row.streams() > 0) {
            return new H2load(tools, "https://" + server.secureHttp(), row.streams(), row.data());
        }
        if (row.pipeline() == 0) {
            String url = row.isEncrypted() ? "https://" + server.secureHttp() : "http://" + server.http();
            return new Wrk(tools, url, path, row.data());
        }
        return new RedisBenchmark(tools, row, row.isEncrypted() ? server.secure() : server.resp());
    }

    /** Fails unless the server answers with the right bytes, over the protocol of the row. */
    private void check(Row row, Server server, Wrk.PathStyle path, int index) {
        String key = row.data().key(index);
        if (row.pipeline() == 0) {
            Bytes expected = row.peer().servesNginx() && server.equals(peers.get(row.peer()))
                    ? Bytes.utf8(Launcher.NGINX_BODY)
                    : row.data().value(index);
            check(
                    server,
                    expected,
                    HttpConnection.get(server.http(), path.of(key)).body());
        } else if (row.loads() == Row.Loads.WRITES) {
            try (RespClient client = RespClient.connect(server.resp())) {
                Bytes value = row.data().value(index);
                check(server, new Reply.Simple("OK"), client.call(Bytes.utf8("SET"), Bytes.utf8(key), value));
                check(server, new Reply.Bulk(value), client.get(Bytes.utf8(key)));
            }
        } else {
            Reply expected = row.loads() == Row.Loads.NOTHING
                    ? new Reply.Nil("$-1")
                    : new Reply.Bulk(row.data().value(index));
            try (RespClient client = RespClient.connect(server.resp())) {
                check(server, expected, client.get(Bytes.utf8(key)));
            }
        }
    }

    private static void check(Server server, Object expected, Object actual) {
        if (!actual.equals(expected)) {
            throw new BenchException("%s answers %s for %s".formatted(server.name(), actual, expected));
        }
    }
}
