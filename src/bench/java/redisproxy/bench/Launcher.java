package redisproxy.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redisproxy.fixtures.Certificates;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;

/** Starts servers on free loopback ports, all on the servers' core. */
final class Launcher {
    /** The body of every answer of nginx, as long as a small value. */
    static final String NGINX_BODY = "val:000000000000";

    /** Where Varnish has its files, in the scratch folder. */
    static final String VARNISH_FOLDER = "varnish";

    /** A day, so that nothing expires while it is measured. */
    private static final int LONG_TTL = 86_400;

    private static final int MASTERS = 3;

    private static final Pattern READY = Pattern.compile("http://\\S+?:(\\d+)\\b(?: and https://\\S+?:(\\d+)\\b)?"
            + ".*?redis://\\S+?:(\\d+)\\b(?: and rediss://\\S+?:(\\d+)\\b)?");

    private final Tools tools;
    private @Nullable Issued issued;

    /** An authority, and a certificate that it has issued. */
    private record Issued(Certificates.Pair authority, Certificates.Pair own) {}

    Launcher(Tools tools) {
        this.tools = tools;
    }

    /** A Redis that keeps nothing on disk. */
    Server redis() {
        return redis(FreePort.find(), List.of());
    }

    private Server redis(int port, List<String> flags) {
        String words = "redis-server --bind 127.0.0.1 --port % --dir % --save % --appendonly no";
        List<String> command = Tools.words(words, port, tools.scratch(), "");
        command.addAll(flags);
        return started("redis-server", port, command);
    }

    /** A Redis that a proxy reaches over TLS. */
    Backing redisWithTls() {
        Server redis = secureRedis();
        return new Backing(
                List.of(redis),
                Tools.words(
                        "--redis-url % --redis-tls-ca-cert-file %",
                        "rediss://" + redis.secure(), certificates().authority().cert()));
    }

    /** A Redis with TLS. It has a port without TLS as well, for the harness. */
    Server secureRedis() {
        Address tls = Address.loopback(FreePort.find());
        Certificates.Pair own = certificates().own();
        String flags = "--tls-port % --tls-cert-file % --tls-key-file % --tls-ca-cert-file % --tls-auth-clients no";
        Server redis = redis(
                FreePort.find(),
                Tools.words(
                        flags,
                        tls.port(),
                        own.cert(),
                        own.key(),
                        certificates().authority().cert()));
        return new Server("redis-server, TLS", redis.process(), redis.resp(), redis.http(), tls, redis.http());
    }

    /** What opens ports with TLS beside the others of a proxy. */
    List<String> tlsFlags() {
        Certificates.Pair own = certificates().own();
        return Tools.words(
                "--proxy-tls-port 0 --tcp-tls-port 0 --tls-cert-file % --tls-key-file %", own.cert(), own.key());
    }

    private Issued certificates() {
        if (issued == null) {
            Certificates certificates = new Certificates(tools.scratch());
            Certificates.Pair authority = certificates.authority("bench");
            issued = new Issued(authority, certificates.issue(authority, "127.0.0.1", "IP:127.0.0.1"));
        }
        return issued;
    }

    /** A Cluster of three masters. */
    Cluster cluster() {
        List<Server> nodes = new ArrayList<>();
        for (int index = 0; index < MASTERS; index++) {
            int port = FreePort.findWithBus();
            String flags = "--cluster-enabled yes --cluster-config-file %";
            nodes.add(redis(port, Tools.words(flags, "nodes-%d.conf".formatted(port))));
        }
        return Cluster.of(List.copyOf(nodes));
    }

    Server nginx() {
        return nginx(FreePort.find(), "");
    }

    /** With the versions of TLS that newer ones have by default, and HTTP/2 for clients that want it. */
    Server secureNginx() {
        Address tls = Address.loopback(FreePort.find());
        Certificates.Pair own = certificates().own();
        Server nginx = nginx(
                FreePort.find(),
                "listen %s ssl http2; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate %s; ssl_certificate_key %s;"
                        .formatted(tls, own.cert(), own.key()));
        return new Server("nginx, TLS", nginx.process(), nginx.resp(), nginx.http(), nginx.secure(), tls);
    }

    private Server nginx(int port, String tls) {
        Path config = tools.write("nginx.conf", "PORT", port, "BODY", NGINX_BODY, "TLS", tls);
        Path log = tools.scratch().resolve("nginx.log");
        return started("nginx", port, Tools.words("nginx -e % -c %", log, config));
    }

    Server nutcracker(Server redis) {
        int port = FreePort.find();
        Path config = tools.write(
                "nutcracker.yml", "PORT", port, "REDIS", redis.resp().port());
        Path log = tools.scratch().resolve("nutcracker.log");
        Path pid = tools.scratch().resolve("nutcracker.pid");
        String command = "nutcracker -c % -o % -p % -a 127.0.0.1 -s %";
        return started("nutcracker", port, Tools.words(command, config, log, pid, FreePort.find()));
    }

    /**
     * Varnish in front of nginx, with Debian's settings but for the size of its cache, which holds all keys, and for how
     * long it keeps them. It writes its shared-memory log, which nothing reads.
     */
    Server varnish(Server nginx) {
        int port = FreePort.find();
        String command = "varnishd -F -j none -n % -a % -b % -t % -s malloc,1g";
        Path folder = tools.scratch().resolve(VARNISH_FOLDER);
        return started("varnish", port, Tools.words(command, folder, Address.loopback(port), nginx.http(), LONG_TTL));
    }

    Server webdis(Server redis) {
        int port = FreePort.find();
        Path config =
                tools.write("webdis.json", "PORT", port, "REDIS", redis.resp().port());
        return started("webdis", port, List.of("webdis", config.toString()));
    }

    private Server started(String name, int port, List<String> command) {
        Address address = Address.loopback(port);
        ChildProcess process = tools.serve(command);
        process.awaitAlive("listen on " + address, address::isOpen);
        return new Server(name, process, address, address);
    }

    /** The proxy on free ports, which it logs when it is ready. */
    Server proxy(Jvm jvm, Path war, Server redis, int cacheSize, String... flags) {
        List<String> command = proxyCommand(jvm, war, 0, 0, redis, cacheSize);
        command.addAll(List.of(flags));
        return ready("proxy on " + jvm.name(), tools.serve(command));
    }

    Server proxy(Form form, Backing backing, int cacheSize) {
        return ready(form.name(), tools.serve(proxyCommand(form, backing, cacheSize)));
    }

    /** The proxy on these cores. */
    Server proxy(List<Integer> cores, Form form, Server redis, int cacheSize) {
        return ready(form.name(), tools.serve(cores, proxyCommand(form, Backing.of(redis), cacheSize)));
    }

    private static List<String> proxyCommand(Form form, Backing backing, int cacheSize) {
        List<String> command = proxyCommand(form.jvm(), form.jar(), 0, 0, backing, cacheSize);
        command.addAll(form.flags());
        return command;
    }

    private static Server ready(String name, ChildProcess process) {
        Matcher ports = process.awaitError(READY);
        Address http = loopback(ports.group(1));
        Address secureHttp = ports.group(2) == null ? http : loopback(ports.group(2));
        Address resp = loopback(ports.group(3));
        Address secure = ports.group(4) == null ? resp : loopback(ports.group(4));
        return new Server(name, process, resp, http, secure, secureHttp);
    }

    /** Returns the command that starts the proxy, to which flags of the proxy may be added. */
    static List<String> proxyCommand(Jvm jvm, Path jar, int httpPort, int respPort, Server redis, int cacheSize) {
        return proxyCommand(jvm, jar, httpPort, respPort, Backing.of(redis), cacheSize);
    }

    static List<String> proxyCommand(Jvm jvm, Path jar, int httpPort, int respPort, Backing backing, int cacheSize) {
        List<String> command = jvm.command();
        command.addAll(
                Tools.words("-jar % --proxy-host 127.0.0.1 --proxy-port % --tcp-port %", jar, httpPort, respPort));
        command.addAll(backing.flags());
        command.addAll(Tools.words("--ttl % --cache-size %", LONG_TTL, cacheSize));
        return command;
    }

    private static Address loopback(String port) {
        return Address.loopback(Integer.parseInt(port));
    }
}
