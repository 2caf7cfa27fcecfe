package redisproxy.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs that a run needs, by their absolute paths. */
final class Programs {
    private static final Map<String, String> PACKAGES = Map.of(
            "redis-server", "redis-server",
            "redis-benchmark", "redis-tools",
            "nginx", "nginx-light",
            "nutcracker", "nutcracker",
            "wrk", "wrk",
            "taskset", "util-linux");

    private final Map<String, String> paths;

    private Programs(Map<String, String> paths) {
        this.paths = paths;
    }

    /**
     * Finds all of them.
     *
     * @throws BenchException that names all that are missing, and Debian's packages with them
     */
    static Programs find() {
        Map<String, String> paths = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, String> program : PACKAGES.entrySet()) {
            Path path = find(program.getKey());
            if (path == null) {
                missing.add("%s (Debian package %s)".formatted(program.getKey(), program.getValue()));
            } else {
                paths.put(program.getKey(), path.toString());
            }
        }
        if (!missing.isEmpty()) {
            missing.sort(null);
            throw new BenchException("not found in PATH: " + String.join(", ", missing));
        }
        return new Programs(paths);
    }

    String path(String program) {
        String path = paths.get(program);
        if (path == null) {
            throw new IllegalArgumentException("not among the programs: " + program);
        }
        return path;
    }

    private static Path find(String program) {
        // Debian keeps servers where only root's PATH looks.
        String places = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        for (String place : places.split(File.pathSeparator, -1)) {
            Path path = Path.of(place, program);
            if (!place.isEmpty() && Files.isExecutable(path)) {
                return path.toAbsolutePath();
            }
        }
        return null;
    }
}
