package redisproxy.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;

/** Starts servers on free loopback ports, all on the servers' core. */
final class Launcher {
    /** What nginx answers to everything; as many bytes as a small value has. */
    static final String NGINX_BODY = "val:000000000000";

    /** A day, so that nothing expires while it is measured. */
    private static final String LONG_TTL = "86400";

    private static final Pattern READY = Pattern.compile("http://\\S+?:(\\d+)\\b.*?redis://\\S+?:(\\d+)\\b");

    private final Tools tools;

    Launcher(Tools tools) {
        this.tools = tools;
    }

    /** A Redis that keeps nothing on disk. */
    Server redis() {
        int port = FreePort.find();
        return Server.onePort(
                "redis-server",
                tools.serve(List.of(
                        tools.programs().path("redis-server"),
                        "--bind",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--dir",
                        tools.scratch().toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "no")),
                Address.loopback(port));
    }

    Server nginx() {
        int port = FreePort.find();
        Path config = Template.write(
                tools.scratch(), "nginx.conf", "PORT", port, "SCRATCH", tools.scratch(), "BODY", NGINX_BODY);
        String log = tools.scratch().resolve("nginx-error.log").toString();
        return Server.onePort(
                "nginx",
                tools.serve(List.of(tools.programs().path("nginx"), "-e", log, "-c", config.toString())),
                Address.loopback(port));
    }

    Server nutcracker(Server redis) {
        int port = FreePort.find();
        Path config = Template.write(
                tools.scratch(),
                "nutcracker.yml",
                "PORT",
                port,
                "REDIS",
                redis.resp().port());
        return Server.onePort(
                "nutcracker",
                tools.serve(List.of(
                        tools.programs().path("nutcracker"),
                        "-c",
                        config.toString(),
                        "-s",
                        Integer.toString(FreePort.find()),
                        "-a",
                        "127.0.0.1",
                        "-o",
                        tools.scratch().resolve("nutcracker.log").toString(),
                        "-p",
                        tools.scratch().resolve("nutcracker.pid").toString())),
                Address.loopback(port));
    }

    Server webdis(Path program, Server redis) {
        int port = FreePort.find();
        Path config = Template.write(
                tools.scratch(),
                "webdis.json",
                "PORT",
                port,
                "REDIS",
                redis.resp().port(),
                "SCRATCH",
                tools.scratch());
        return Server.onePort(
                "webdis", tools.serve(List.of(program.toString(), config.toString())), Address.loopback(port));
    }

    /** The proxy, on any free ports, which it tells when it is ready. */
    Server proxy(Jvm jvm, Path war, Server redis, int cacheSize, String... flags) {
        List<String> command = proxyCommand(jvm, war, 0, 0, redis, cacheSize);
        command.addAll(List.of(flags));
        ChildProcess process = tools.serve(command);
        Matcher ports = process.awaitError(READY);
        return new Server("proxy on " + jvm.name(), process, loopback(ports.group(2)), loopback(ports.group(1)));
    }

    /** Returns the command that starts the proxy, to which flags of the proxy may be added. */
    static List<String> proxyCommand(Jvm jvm, Path jar, int httpPort, int respPort, Server redis, int cacheSize) {
        return jvm.command(
                "-jar",
                jar.toString(),
                "--proxy-host",
                "127.0.0.1",
                "--proxy-port",
                Integer.toString(httpPort),
                "--tcp-port",
                Integer.toString(respPort),
                "--redis-host",
                "127.0.0.1",
                "--redis-port",
                Integer.toString(redis.resp().port()),
                "--ttl",
                LONG_TTL,
                "--cache-size",
                Integer.toString(cacheSize));
    }

    static Address freeAddress() {
        return Address.loopback(FreePort.find());
    }

    private static Address loopback(String port) {
        return Address.loopback(Integer.parseInt(port));
    }
}
