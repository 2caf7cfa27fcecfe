package redisproxy.bench;

import java.util.List;
import java.util.Locale;

/** One comparison: a load on the proxy, and the same load on a peer. */
enum Row {
    RESP_HIT_P1("RESP hit, P=1", Peer.REDIS, 1, Data.SMALL, Loads.NONE, Targets.cpu(0.95)),
    RESP_HIT_P16("RESP hit, P=16", Peer.REDIS, 16, Data.SMALL, Loads.NONE, Targets.cpu(0.70)),
    RESP_HIT_P64("RESP hit, P=64", Peer.REDIS, 64, Data.SMALL, Loads.NONE, Targets.cpu(0.55)),
    RESP_HIT_100K("RESP hit, P=1, values of 100 KiB", Peer.REDIS, 1, Data.BIG, Loads.NONE, Targets.cpu(1.0)),
    TLS_HIT_P1("RESP hit over TLS, P=1", Peer.REDIS_TLS, 1, Data.SMALL, Loads.NONE, Targets.cpu(1.1)),
    TLS_HIT_P16("RESP hit over TLS, P=16", Peer.REDIS_TLS, 16, Data.SMALL, Loads.NONE, Targets.cpu(0.70)),
    TLS_CONNECT("RESP hit over TLS, a connection each", Peer.REDIS_TLS, 1, Data.SMALL, Loads.NONE, Targets.cpu(1.5)),
    HTTPS_HIT("HTTPS hit", Peer.NGINX_TLS, 0, Data.SMALL, Loads.NONE, Targets.cpu(1.3)),
    H2_HIT("HTTP/2 hit", Peer.NGINX_TLS, 0, Data.SMALL, Loads.NONE, Targets.cpu(1.5)),
    H2_HIT_16("HTTP/2 hit, 16 streams", Peer.NGINX_TLS, 0, Data.SMALL, Loads.NONE, Targets.cpu(1.5)),
    HTTP_HIT("HTTP hit", Peer.NGINX, 0, Data.SMALL, Loads.NONE, new Targets(1.35, 1.5)),
    HTTP_HIT_VARNISH("HTTP hit", Peer.VARNISH, 0, Data.SMALL, Loads.NONE, Targets.cpu(0.40)),
    HTTP_HIT_WEBDIS("HTTP hit", Peer.WEBDIS, 0, Data.SMALL, Loads.NONE, Targets.cpu(0.35)),
    RESP_MISS_P1("RESP miss, P=1", Peer.NUTCRACKER, 1, Data.SMALL, Loads.VALUES, Targets.cpu(1.0)),
    RESP_MISS_P16("RESP miss, P=16", Peer.NUTCRACKER, 16, Data.SMALL, Loads.VALUES, Targets.cpu(0.80)),
    RESP_MISS_ABSENT_P1(
            "RESP miss of an absent key, P=1", Peer.NUTCRACKER, 1, Data.ABSENT, Loads.NOTHING, Targets.cpu(0.95)),
    RESP_MISS_ABSENT_P16(
            "RESP miss of an absent key, P=16", Peer.NUTCRACKER, 16, Data.ABSENT, Loads.NOTHING, Targets.cpu(0.70)),
    RESP_MISS_CLUSTER_P1("RESP miss, P=1", Redis.CLUSTER, 1),
    RESP_MISS_CLUSTER_P16("RESP miss, P=16", Redis.CLUSTER, 16),
    RESP_MISS_TLS_P1("RESP miss, P=1", Redis.TLS, 1),
    RESP_MISS_TLS_P16("RESP miss, P=16", Redis.TLS, 16),
    RESP_SET_P1("RESP SET, P=1", Peer.NUTCRACKER, 1, Data.WRITTEN, Loads.WRITES, Targets.cpu(1.0)),
    RESP_SET_P16("RESP SET, P=16", Peer.NUTCRACKER, 16, Data.WRITTEN, Loads.WRITES, Targets.cpu(0.80)),
    RESP_MIX_90_10(
            "RESP, 90 % hits and 10 % SET, P=1", Peer.NUTCRACKER, 1, Data.SMALL, Loads.TENTH_WRITES, Targets.cpu(0.60)),
    HTTP_MISS_WEBDIS("HTTP miss", Peer.WEBDIS, 0, Data.SMALL, Loads.VALUES, new Targets(1.0, 1.5));

    /** What the proxy loads from. Peers always have one server, without TLS. */
    enum Redis {
        SERVER("", "redis-server", Targets.NONE),
        CLUSTER(", Cluster", "redis-server", Targets.cpu(1.15)),
        TLS(", TLS", "openssl", Targets.NONE);

        private final String suffix;
        private final String program;
        private final Targets targets;

        Redis(String suffix, String program, Targets targets) {
            this.suffix = suffix;
            this.program = program;
            this.targets = targets;
        }

        /** What the name of a proxy in front of it ends with. */
        String suffix() {
            return suffix;
        }

        /** The name of a program that it needs. */
        String program() {
            return program;
        }

        /** The figures that are aimed at, as multiples of those of the same proxy in front of one server. */
        Targets targets() {
            return targets;
        }
    }

    /** What a server asks Redis for each request. */
    enum Loads {
        /** It does not ask Redis. */
        NONE,
        /** A value. */
        VALUES,
        /** The reply that the key does not exist. */
        NOTHING,
        /** To write a value. */
        WRITES,
        /** To write a value, once in ten requests. */
        TENTH_WRITES
    }

    /** What the proxy is compared with. */
    enum Peer {
        REDIS("redis-server", "redis-server"),
        REDIS_TLS("redis-server", "openssl"),
        NGINX("nginx, `return 200`", "nginx"),
        NGINX_TLS("nginx, `return 200`", "openssl"),
        VARNISH("Varnish", "varnishd"),
        NUTCRACKER("nutcracker + Redis", "nutcracker"),
        WEBDIS("Webdis + Redis", "webdis");

        private final String title;
        private final String program;

        Peer(String title, String program) {
            this.title = title;
            this.program = program;
        }

        String title() {
            return title;
        }

        /** The name of its program. */
        String program() {
            return program;
        }

        /** Whether it has a Redis behind it, whose processor time counts as its own. */
        boolean isInFrontOfRedis() {
            return this == NUTCRACKER || this == WEBDIS;
        }

        boolean asksRedis() {
            return this == REDIS || this == REDIS_TLS || isInFrontOfRedis();
        }

        /** Whether it answers with nginx's bytes. */
        boolean servesNginx() {
            return this == NGINX || this == NGINX_TLS || this == VARNISH;
        }
    }

    private final String title;
    private final Redis redis;
    private final Peer peer;
    private final int pipeline;
    private final Data data;
    private final Loads loads;
    private final Targets targets;

    Row(String title, Peer peer, int pipeline, Data data, Loads loads, Targets targets) {
        this(title, Redis.SERVER, peer, pipeline, data, loads, targets);
    }

    /** A miss over RESP. */
    Row(String title, Redis redis, int pipeline) {
        this(title, redis, Peer.NUTCRACKER, pipeline, Data.SMALL, Loads.VALUES, Targets.NONE);
    }

    Row(String title, Redis redis, Peer peer, int pipeline, Data data, Loads loads, Targets targets) {
        this.title = title;
        this.redis = redis;
        this.peer = peer;
        this.pipeline = pipeline;
        this.data = data;
        this.loads = loads;
        this.targets = targets;
    }

    /** Its name on the command line. */
    String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    Redis redis() {
        return redis;
    }

    Peer peer() {
        return peer;
    }

    /** The names of the programs that it needs. */
    List<String> programs() {
        return List.of(peer.program(), redis.program(), streams() > 0 ? "h2load" : peer.program());
    }

    /** Whether clients speak TLS. */
    boolean isEncrypted() {
        return peer == Peer.REDIS_TLS || peer == Peer.NGINX_TLS;
    }

    /** Whether each request comes on a connection of its own. */
    boolean connectsAnew() {
        return this == TLS_CONNECT;
    }

    /** Requests that are under way on a connection of HTTP/2; 0 if it is none. */
    int streams() {
        return switch (this) {
            case H2_HIT -> 1;
            case H2_HIT_16 -> 16;
            default -> 0;
        };
    }

    /** Requests that a connection sends before it reads, or 0 for HTTP. */
    int pipeline() {
        return pipeline;
    }

    Data data() {
        return data;
    }

    /** What the proxy asks Redis for each request. */
    Loads loads() {
        return loads;
    }

    /** Whether requests write. */
    boolean writes() {
        return loads == Loads.WRITES || loads == Loads.TENTH_WRITES;
    }

    /** What the peer asks Redis for each request. */
    Loads peersLoads() {
        if (!peer.asksRedis()) {
            return Loads.NONE;
        }
        return loads == Loads.NONE ? Loads.VALUES : loads;
    }

    /** The proxy's figures that are aimed at, as multiples of the peer's. */
    Targets targets() {
        return targets;
    }
}
