package redisproxy.bench;

import java.util.Locale;

/** What is compared with what: one load on the proxy, and the same on a peer. */
enum Row {
    RESP_HIT_P1("RESP hit, P=1", Peer.REDIS, 1, Data.SMALL, true, 0.95),
    RESP_HIT_P16("RESP hit, P=16", Peer.REDIS, 16, Data.SMALL, true, 0.70),
    RESP_HIT_P64("RESP hit, P=64", Peer.REDIS, 64, Data.SMALL, true, 0.55),
    RESP_HIT_100K("RESP hit, P=1, values of 100 KiB", Peer.REDIS, 1, Data.BIG, true, 1.0),
    HTTP_HIT("HTTP hit", Peer.NGINX, 0, Data.SMALL, true, 1.35),
    HTTP_HIT_WEBDIS("HTTP hit", Peer.WEBDIS, 0, Data.SMALL, true, 0.35),
    RESP_MISS_P1("RESP miss, P=1", Peer.NUTCRACKER, 1, Data.SMALL, false, 1.0),
    RESP_MISS_P16("RESP miss, P=16", Peer.NUTCRACKER, 16, Data.SMALL, false, 0.80),
    HTTP_MISS_WEBDIS("HTTP miss", Peer.WEBDIS, 0, Data.SMALL, false, 1.0);

    /** What the proxy is compared with. */
    enum Peer {
        REDIS("redis-server"),
        NGINX("nginx, `return 200`"),
        NUTCRACKER("nutcracker + Redis"),
        WEBDIS("Webdis + Redis");

        private final String title;

        Peer(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        /** Whether it has a Redis behind it, whose processor time counts as its own. */
        boolean isInFrontOfRedis() {
            return this == NUTCRACKER || this == WEBDIS;
        }

        boolean asksRedis() {
            return this != NGINX;
        }
    }

    private final String title;
    private final Peer peer;
    private final int pipeline;
    private final Data data;
    private final boolean hit;
    private final double target;

    Row(String title, Peer peer, int pipeline, Data data, boolean hit, double target) {
        this.title = title;
        this.peer = peer;
        this.pipeline = pipeline;
        this.data = data;
        this.hit = hit;
        this.target = target;
    }

    /** Its name on the command line. */
    String flag() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }

    Peer peer() {
        return peer;
    }

    /** Requests that a connection sends before it reads, or 0 for HTTP. */
    int pipeline() {
        return pipeline;
    }

    Data data() {
        return data;
    }

    /** Whether the proxy answers from memory, or else always asks Redis. */
    boolean hit() {
        return hit;
    }

    /** The proxy's processor time per request that is aimed at, as a multiple of the peer's. */
    double target() {
        return target;
    }
}
