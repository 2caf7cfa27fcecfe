package redisproxy.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;

/**
 * A cache that people put in front of the proxy, as a process. A path that begins with {@code /name:} goes to the proxy of that name.
 * The header {@code X-Cache} of its responses is {@code HIT} if it has kept the value.
 */
enum DownstreamCache {
    NGINX("nginx", /* maxLateMillis= */ 1_000) {
        @Override
        List<String> configure(Path directory, int port, Map<String, Integer> proxies) {
            return nginx(directory, port, proxies, "");
        }
    },
    REVALIDATING_NGINX("nginx", /* maxLateMillis= */ 1_000) {
        @Override
        List<String> configure(Path directory, int port, Map<String, Integer> proxies) {
            return nginx(directory, port, proxies, "proxy_cache_revalidate on;");
        }
    },
    VARNISH("varnishd", /* maxLateMillis= */ 0) {
        @Override
        List<String> configure(Path directory, int port, Map<String, Integer> proxies) {
            return varnish(directory, port, proxies);
        }
    };

    private static final List<String> SYSTEM_DIRECTORIES = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    private final String program;

    /** For how much longer than it was allowed it keeps a value: nginx counts whole seconds, and counts the last one in. */
    final int maxLateMillis;

    DownstreamCache(String program, int maxLateMillis) {
        this.program = program;
        this.maxLateMillis = maxLateMillis;
    }

    /** Writes its configuration, and returns the command that starts it. */
    abstract List<String> configure(Path directory, int port, Map<String, Integer> proxies);

    String program() {
        return program;
    }

    boolean isInstalled() {
        return Files.isExecutable(executable());
    }

    private Path executable() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), SYSTEM_DIRECTORIES.stream())
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(program));
    }

    /** Starts it in front of these proxies, each with the port on which it serves HTTP, and waits until it listens. */
    Running start(Path parent, Map<String, Integer> proxies) {
        int port = FreePort.find();
        Path directory = parent.resolve(name());
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildProcess process = ChildProcess.start(Map.of(), configure(directory, port, proxies));
        try {
            process.awaitAlive("listen", () -> isListening(port));
        } catch (AssertionError e) {
            process.close();
            throw e;
        }
        return new Running(process, Address.loopback(port));
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    List<String> nginx(Path directory, int port, Map<String, Integer> proxies, String more) {
        String locations =
                lines(proxies, (name, to) -> "location /%s: { proxy_pass http://127.0.0.1:%d; }".formatted(name, to));
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(name -> "%s_temp_path %s;".formatted(name, directory.resolve(name)))
                .collect(Collectors.joining("\n"));
        Path file = write(directory.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    %2$s
                    proxy_cache_path %1$s/cache keys_zone=values:1m;
                    server {
                        listen 127.0.0.1:%3$d;
                        proxy_cache values;
                        %4$s
                        add_header X-Cache $upstream_cache_status always;
                        %5$s
                    }
                }
                """.formatted(directory, temporary, port, more, locations));
        return List.of(executable().toString(), "-e", "stderr", "-p", directory.toString(), "-c", file.toString());
    }

    List<String> varnish(Path directory, int port, Map<String, Integer> proxies) {
        String backends = lines(
                proxies, (name, to) -> "backend %s { .host = \"127.0.0.1\"; .port = \"%d\"; }".formatted(name, to));
        String choices = lines(
                proxies, (name, to) -> "if (req.url ~ \"^/%1$s:\") { set req.backend_hint = %1$s; }".formatted(name));
        Path file = write(directory.resolve("default.vcl"), """
                vcl 4.1;
                %s
                sub vcl_recv {
                    %s
                }
                sub vcl_deliver {
                    if (obj.hits > 0) {
                        set resp.http.X-Cache = "HIT";
                    }
                }
                """.formatted(backends, choices));
        String address = "127.0.0.1:" + port;
        // By default it serves expired values for ten seconds, while it asks for new ones.
        return List.of(
                executable().toString(),
                "-F",
                "-j",
                "none",
                "-n",
                directory.toString(),
                "-a",
                address,
                "-f",
                file.toString(),
                "-s",
                "malloc,16m",
                "-p",
                "default_grace=0");
    }

    private static String lines(Map<String, Integer> proxies, BiFunction<String, Integer, String> line) {
        return proxies.entrySet().stream()
                .map(each -> line.apply(each.getKey(), each.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A cache that runs. */
    record Running(ChildProcess process, Address address) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }
}
