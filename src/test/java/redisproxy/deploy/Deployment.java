package redisproxy.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that the deployment tests start from, as system properties name them. */
final class Deployment {
    /** For containers that serve a few requests: what the second compiler makes comes too late for them. */
    static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private Deployment() {}

    static Path war() {
        return existing("war");
    }

    static Path jettyHome() {
        return existing("jetty.home");
    }

    static Path tomcatHome() {
        return existing("tomcat.home");
    }

    private static Path existing(String property) {
        String value = System.getProperty(property);
        if (value == null || !Files.exists(Path.of(value))) {
            throw new IllegalStateException("-D" + property + " names no existing path: " + value);
        }
        return Path.of(value).toAbsolutePath();
    }

    /** A new directory below that of the build, which stays for a look after a failure. */
    static Path newDirectory(String prefix) throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "deployments"));
        return Files.createTempDirectory(parent, prefix).toAbsolutePath();
    }

    static void copyTree(Path from, Path to) throws IOException {
        List<Path> sources;
        try (Stream<Path> tree = Files.walk(from)) {
            sources = tree.toList();
        }
        for (Path source : sources) {
            Path target = to.resolve(from.relativize(source).toString());
            if (Files.isDirectory(source)) {
                Files.createDirectories(target);
            } else {
                Files.copy(source, target);
            }
        }
    }
}
