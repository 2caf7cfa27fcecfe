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
    /** Programs without which nothing is measured, with the Debian packages that have them. */
    private static final Map<String, String> NEEDED = Map.of(
            "redis-server", "redis-server",
            "redis-benchmark", "redis-tools",
            "nginx", "nginx-light",
            "nutcracker", "nutcracker",
            "wrk", "wrk",
            "taskset", "util-linux");

    /** Programs without which some rows are left out. */
    private static final Map<String, String> OPTIONAL = Map.of(
            "varnishd", "varnish",
            "varnishstat", "varnish",
            "webdis", "webdis");

    private final Map<String, String> paths = new HashMap<>();

    private Programs() {}

    /**
     * Finds all of them.
     *
     * @param given programs that are not looked for, by their names
     * @throws BenchException that names the needed ones that are missing, and Debian's packages with them
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
        // Debian keeps servers where only root's PATH looks.
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

    /** Returns where the program is; what has a path is left as it is. */
    String path(String program) {
        return paths.getOrDefault(program, program);
    }
}
