package redisproxy.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The programs that a run needs, by their absolute paths. */
final class Programs {
    /** Programs with the Debian packages that have them. */
    private static final Map<String, String> PACKAGES = Map.of(
            "redis-server", "redis-server",
            "redis-benchmark", "redis-tools",
            "nginx", "nginx-light",
            "nutcracker", "nutcracker",
            "wrk", "wrk",
            "taskset", "util-linux");

    private final Map<String, String> paths = new HashMap<>();

    private Programs() {}

    /**
     * Finds all of them.
     *
     * @throws BenchException that names all that are missing, and Debian's packages with them
     */
    static Programs find() {
        Programs programs = new Programs();
        List<String> missing = new ArrayList<>();
        // Debian keeps servers where only root's PATH looks.
        String places = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        PACKAGES.forEach((program, debian) -> {
            for (String place : places.split(File.pathSeparator, -1)) {
                Path path = Path.of(place, program).toAbsolutePath();
                if (Files.isExecutable(path)) {
                    programs.paths.putIfAbsent(program, path.toString());
                }
            }
            if (!programs.paths.containsKey(program)) {
                missing.add("%s (Debian package %s)".formatted(program, debian));
            }
        });
        if (!missing.isEmpty()) {
            throw new BenchException("not found in PATH: " + String.join(", ", missing));
        }
        return programs;
    }

    /** Returns where the program is; what has a path is left as it is. */
    String path(String program) {
        return paths.getOrDefault(program, program);
    }
}
