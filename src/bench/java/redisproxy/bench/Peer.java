package redisproxy.bench;

/** What the proxy is compared with. */
enum Peer {
    REDIS("redis-server", false),
    NGINX("nginx, `return 200`", false),
    NUTCRACKER("nutcracker + Redis", true),
    WEBDIS("Webdis + Redis", true);

    /** The paths that the proxy and nginx take. */
    static final Wrk.Target PLAIN = new Wrk.Target("/", "");

    private static final Wrk.Target WEBDIS_TARGET = new Wrk.Target("/GET/", ".txt");

    private final String title;
    private final boolean asksRedis;

    Peer(String title, boolean asksRedis) {
        this.title = title;
        this.asksRedis = asksRedis;
    }

    String title() {
        return title;
    }

    /** Whether it has a Redis behind it, whose processor time counts as its own. */
    boolean asksRedis() {
        return asksRedis;
    }

    /** The path under which it answers with the bare value. */
    Wrk.Target target() {
        return this == WEBDIS ? WEBDIS_TARGET : PLAIN;
    }
}
