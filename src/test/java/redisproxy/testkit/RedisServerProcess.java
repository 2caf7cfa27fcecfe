package redisproxy.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/** A real redis-server on a free loopback port, without persistence. */
public final class RedisServerProcess implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("v=([0-9.]+)");
    private static final String INSTALLED = "redis-server";

    private final Address address;
    private final String executable;
    private final List<String> arguments;
    private ChildProcess process;

    private RedisServerProcess(String executable, List<String> arguments) {
        this(Address.loopback(FreePort.find()), executable, arguments);
    }

    private RedisServerProcess(Address address, String executable, List<String> arguments) {
        this.address = address;
        this.executable = executable;
        this.arguments = arguments;
    }

    /** A server that is not started; its port is known. */
    public static RedisServerProcess stopped() {
        return new RedisServerProcess(Executable.PATH, List.of());
    }

    /** A server that accepts requests. */
    public static RedisServerProcess started() {
        RedisServerProcess server = stopped();
        server.start();
        return server;
    }

    /** A server with these arguments: a configuration file, and flags after it. */
    public static RedisServerProcess startedWith(Path file, String... flags) {
        RedisServerProcess server = stoppedWith(file, flags);
        server.start();
        return server;
    }

    /** Returns the version of the redis-server that is installed on this machine; empty if there is none. */
    public static String installedVersion() {
        try {
            Process asked = new ProcessBuilder(INSTALLED, "--version").start();
            Matcher version = VERSION.matcher(new String(asked.getInputStream().readAllBytes(), US_ASCII));
            return version.find() ? version.group(1) : "";
        } catch (IOException notInstalled) {
            return "";
        }
    }

    /** The redis-server that is installed, and accepts requests. */
    public static RedisServerProcess startedAsInstalled() {
        RedisServerProcess server = new RedisServerProcess(INSTALLED, List.of());
        server.start();
        return server;
    }

    /** A node of a Cluster that knows no other node, and keeps what it knows of them in a file of that directory. */
    public static RedisServerProcess startedInCluster(Path directory, String... flags) {
        int port = FreePort.findWithBus();
        List<String> arguments = new ArrayList<>(List.of("--cluster-enabled", "yes", "--dir", directory.toString()));
        arguments.addAll(List.of("--cluster-config-file", "nodes-" + port + ".conf"));
        // A replica writes what it has copied to a file, which another node would take for its own when it starts.
        arguments.addAll(List.of("--dbfilename", "dump-" + port + ".rdb"));
        arguments.addAll(List.of(flags));
        RedisServerProcess server = new RedisServerProcess(Address.loopback(port), Executable.PATH, arguments);
        server.start();
        return server;
    }

    /** A server that will be started with these arguments; its port is known. */
    public static RedisServerProcess stoppedWith(Path file, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(List.of(flags));
        return new RedisServerProcess(Executable.PATH, arguments);
    }

    /** Starts it without data, on the same port as before. */
    public void start() {
        List<String> command = new ArrayList<>(List.of(executable));
        command.addAll(arguments);
        command.addAll(List.of("--bind", address.host(), "--port", Integer.toString(address.port())));
        command.addAll(List.of("--save", "", "--appendonly", "no"));
        process = ChildProcess.start(Map.of(), command);
        process.awaitAlive("listen on " + address, address::isOpen);
    }

    /** Ends it by SIGTERM. */
    public void stop() {
        process.terminate();
        process.awaitExit();
    }

    /** Ends it by SIGKILL, like a crash. */
    public void kill() {
        process.kill();
        process.awaitExit();
    }

    /** Stops the process until it is resumed; its connections stay open. */
    public void suspend() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try (ChildProcess kill =
                ChildProcess.start(Map.of(), List.of("kill", "-" + name, Long.toString(process.pid())))) {
            if (kill.awaitExit() != 0) {
                throw new IllegalStateException(kill.describe("no signal was sent"));
            }
        }
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    public Address address() {
        return address;
    }

    public RedisControl control() {
        return new RedisControl(address);
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    /** The redis-server that the build brings, or the one that a system property names. */
    private static final class Executable {
        private static final String PATH = System.getProperty("redis.server", extract());

        private static String extract() {
            try {
                return ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
