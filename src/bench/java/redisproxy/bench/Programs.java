package redisproxy.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The programs that a run uses, by their absolute paths. */
final class Programs {
    /** Programs that every run needs, with their Debian packages. */
    private static final Map<String, String> NEEDED = Map.of(
            "redis-server", "redis-server",
            "redis-benchmark", "redis-tools",
            "nginx", "nginx-light",
            "nutcracker", "nutcracker",
            "wrk", "wrk",
            "taskset", "util-linux");

    /** Programs that only some rows need, with their Debian packages. */
    private static final Map<String, String> OPTIONAL = Map.of(
            "h2load", "nghttp2-client",
            "openssl", "openssl",
            "varnishd", "varnish",
            "varnishstat", "varnish",
            "webdis", "webdis");

    private final Map<String, String> paths = new HashMap<>();

    private Programs() {}

    /**
     * Finds all of them.
     *
     * @param given paths of programs by their names, used instead of those in PATH
     * @throws BenchException if a needed program is missing; it names all of them with their Debian packages
     */
    static Programs find(Map<String, Path> given) {
        Programs programs = new Programs();
        given.forEach((program, path) ->
                programs.paths.put(program, path.toAbsolutePath().toString()));
        OPTIONAL.keySet().forEach(programs::find);
        List<String> missing = new ArrayList<>();
        NEEDED.forEach((program, debian) -> {
            programs.find(program);
            if (!programs.has(program)) {
                missing.add("%s (Debian package %s)".formatted(program, debian));
            }
        });
        if (!missing.isEmpty()) {
            throw new BenchException("not found in PATH: " + String.join(", ", missing));
        }
        return programs;
    }

    private void find(String program) {
        // Debian installs servers in a directory that only root's PATH has.
        String places = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        for (String place : places.split(File.pathSeparator, -1)) {
            Path path = Path.of(place, program).toAbsolutePath();
            if (Files.isExecutable(path)) {
                paths.putIfAbsent(program, path.toString());
            }
        }
    }

    boolean has(String program) {
        return paths.containsKey(program);
    }

    /** Returns the Debian package of an optional program. */
    static String debianPackage(String program) {
        return OPTIONAL.getOrDefault(program, program);
    }

    /** Returns the path of the program, or the word itself if it is not one of these programs. */
    String path(String program) {
        return paths.getOrDefault(program, program);
    }
}
