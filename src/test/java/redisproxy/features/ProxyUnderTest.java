package redisproxy.features;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import redisproxy.fixtures.SentinelSetup;
import redisproxy.server.ProxyConfig;
import redisproxy.server.ProxyServer;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.ProxyProcess;

/**
 * The proxy under test, with the settings from which a scenario takes its quantities.
 *
 * @param admin null if it has no admin port
 */
record ProxyUnderTest(
        Address http,
        Address resp,
        Address admin,
        Address redis,
        int cacheSize,
        Duration ttl,
        int maxConnections,
        Closing closing)
        implements AutoCloseable {
    private static final Map<String, String> SMALL = Map.of(
            "--proxy-host",
            "127.0.0.1",
            "--proxy-port",
            "0",
            "--tcp-port",
            "0",
            "--admin-port",
            "none",
            "--cache-size",
            "20",
            "--ttl",
            "60",
            "--max-connections",
            "20");

    /** Whether the system properties name a running proxy. */
    static boolean isExternal() {
        return System.getProperty("proxy.http") != null;
    }

    /** The running proxy that the system properties name, with its Redis. */
    static ProxyUnderTest external() {
        return new ProxyUnderTest(
                Address.parse(property("proxy.http")),
                Address.parse(property("proxy.resp")),
                null,
                Address.parse(property("proxy.redis")),
                Integer.parseInt(property("proxy.cache-size")),
                seconds(property("proxy.ttl")),
                Integer.parseInt(property("proxy.max-conn")),
                () -> {});
    }

    /**
     * A proxy in this process. It is small, unless {@code settings} override that, and reads from that Redis unless they have
     * a URL.
     */
    static ProxyUnderTest embedded(Address redis, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(SMALL);
        if (!settings.containsKey("--redis-url")) {
            all.put("--redis-host", redis.host());
            all.put("--redis-port", Integer.toString(redis.port()));
        }
        all.putAll(settings);
        return start(redis, all);
    }

    /** A proxy in this process, in front of the master that Sentinels watch. */
    static ProxyUnderTest embedded(SentinelSetup setup, Map<String, String> settings) {
        String hosts = setup.sentinels().stream()
                .map(each -> each.address().toString())
                .collect(Collectors.joining(","));
        Map<String, String> all = new LinkedHashMap<>(SMALL);
        all.put("--redis-url", "redis-sentinel://%s#%s".formatted(hosts, SentinelSetup.NAME));
        all.putAll(settings);
        return start(setup.firstMaster().address(), all);
    }

    /** A proxy as a process of its own, small as those in this process, for what concerns a process: its logs and its environment. */
    static ProxyUnderTest process(
            Address redis,
            Map<String, String> environment,
            Map<String, String> settings,
            List<String> left,
            Consumer<ChildProcess> logs) {
        Map<String, String> all = new LinkedHashMap<>(SMALL);
        all.remove("--admin-port");
        all.put("--redis-host", redis.host());
        all.put("--redis-port", Integer.toString(redis.port()));
        all.putAll(settings);
        List<String> flags = new ArrayList<>();
        all.forEach((flag, value) -> flags.addAll(left.contains(flag) ? List.of() : List.of(flag, value)));
        ProxyProcess process = ProxyProcess.start(
                List.of("-cp", System.getProperty("java.class.path"), "redisproxy.server.Main"), environment, flags);
        logs.accept(process.process());
        return new ProxyUnderTest(
                process.http(),
                process.resp(),
                null,
                redis,
                Integer.parseInt(all.get("--cache-size")),
                seconds(all.get("--ttl")),
                Integer.parseInt(all.get("--max-connections")),
                process::close);
    }

    private static ProxyUnderTest start(Address redis, Map<String, String> all) {
        List<String> flags = new ArrayList<>();
        all.forEach((flag, value) -> flags.addAll(List.of(flag, value)));
        ProxyServer server = ProxyServer.start(ProxyConfig.fromArgs(flags.toArray(String[]::new)));
        return new ProxyUnderTest(
                Address.loopback(server.httpPort()),
                Address.loopback(server.respPort()),
                server.adminPort() == null ? null : Address.loopback(server.adminPort()),
                redis,
                Integer.parseInt(all.get("--cache-size")),
                seconds(all.get("--ttl")),
                Integer.parseInt(all.get("--max-connections")),
                server::close);
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("-Dproxy.http also needs -D" + name);
        }
        return value;
    }

    private static Duration seconds(String text) {
        return Duration.ofNanos(Math.round(Double.parseDouble(text) * 1_000_000_000));
    }

    @Override
    public void close() {
        closing.close();
    }

    /** Ends the proxy after the scenario. */
    @FunctionalInterface
    interface Closing {
        void close();
    }
}
