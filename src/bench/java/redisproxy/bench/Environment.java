package redisproxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/** Where and with what a run is made. */
final class Environment {
    private static final Pattern VERSION = Pattern.compile("\\b\\d+\\.\\d+\\.\\d+\\b");

    private final Tools tools;
    private final Options options;

    Environment(Tools tools, Options options) {
        this.tools = tools;
        this.options = options;
    }

    /** Describes it as a Markdown list. */
    String describe(List<Jvm> jvms, List<String> arguments) {
        List<String> lines = new ArrayList<>();
        lines.add("processor: %s, %d cores; servers on core %d, load on core %d"
                .formatted(
                        cpuModel(),
                        Runtime.getRuntime().availableProcessors(),
                        options.serverCore(),
                        options.loadCore()));
        lines.add("kernel: %s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        for (Jvm jvm : jvms) {
            lines.add(
                    "proxy on %s: Java %s, -XX:+%s (what it chooses on one core, if no flag says otherwise), flags: %s"
                            .formatted(
                                    jvm.name(),
                                    jvm.version(),
                                    jvm.collector(),
                                    jvm.options().isEmpty() ? "none" : String.join(" ", jvm.options())));
        }
        lines.add("redis-server: %s; nothing kept on disk".formatted(version("redis-server", "--version")));
        lines.add("nginx: %s; one worker, no access log, `return 200` with 16 bytes, connections never closed"
                .formatted(version("nginx", "-v")));
        lines.add(
                "nutcracker: %s; one connection to Redis, as by default".formatted(version("nutcracker", "--version")));
        lines.add(
                options.webdis() == null
                        ? "Webdis: none given (`--webdis`), its rows are left out"
                        : "Webdis: its sample configuration but for one thread; `GET /GET/key.txt`, which is the bare value");
        lines.add("load: redis-benchmark %s, wrk %s; %d connections"
                .formatted(version("redis-benchmark", "--version"), version("wrk", "-v"), Tools.CONNECTIONS));
        lines.add("date: " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
        lines.add("arguments: " + (arguments.isEmpty() ? "none" : String.join(" ", arguments)));
        return "- " + String.join("\n- ", lines);
    }

    private static String cpuModel() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).strip();
                }
            }
            return System.getProperty("os.arch");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private String version(String program, String flag) {
        ChildProcess child = tools.children()
                .start(
                        tools.programs(),
                        options.loadCore(),
                        List.of(tools.programs().path(program), flag));
        child.awaitExit();
        Matcher version = VERSION.matcher(child.describe(""));
        return version.find() ? version.group() : "?";
    }
}
