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

/** The machine, programs and settings of a run. */
final class Environment {
    private static final Pattern VERSION = Pattern.compile("\\b\\d+\\.\\d+\\.\\d+\\b");
    private static final Pattern CPU_MODEL = Pattern.compile("(?m)^model name\\s*: (.*)");

    private final Tools tools;
    private final Options options;

    Environment(Tools tools, Options options) {
        this.tools = tools;
        this.options = options;
    }

    /** Describes it as a Markdown list. */
    String describe(List<Jvm> jvms, List<String> arguments) {
        List<String> lines = new ArrayList<>();
        lines.add("date: " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
        lines.add("arguments: " + (arguments.isEmpty() ? "none" : String.join(" ", arguments)));
        lines.add("processor: %s, %d cores, servers on core %d, load on core %d"
                .formatted(
                        cpuModel(), Runtime.getRuntime().availableProcessors(), options.serverCore, options.loadCore));
        lines.add("kernel: %s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version")));
        for (Jvm jvm : jvms) {
            String flags = jvm.options().isEmpty() ? "" : ", " + String.join(" ", jvm.options());
            lines.add("proxy on %s: Java %s, %s%s".formatted(jvm.name(), jvm.version(), jvm.collector(), flags));
        }
        if (options.peerWar != null) {
            lines.add("peer WAR: " + options.peerWar);
        }
        lines.add("redis-server %s: nothing kept on disk".formatted(version("redis-server --version")));
        lines.add("nginx %s: one worker, no access log, `return 200` with 16 bytes, connections stay open"
                .formatted(version("nginx -v")));
        lines.add(
                tools.has("varnishd")
                        ? "Varnish %s: in front of nginx, Debian's settings, all keys in its cache"
                                .formatted(version("varnishd -V"))
                        : "Varnish: not there, its row is left out");
        lines.add("Cluster: three masters, no replicas");
        lines.add("nutcracker %s: one connection to Redis, its default".formatted(version("nutcracker -V")));
        lines.add(
                tools.has("webdis")
                        ? "Webdis: its sample configuration, but one thread; `/GET/key.txt`, which gives the bare value"
                        : "Webdis: not there, its rows are left out");
        lines.add("load: redis-benchmark %s, wrk %s, %d connections"
                .formatted(version("redis-benchmark --version"), version("wrk -v"), Tools.CONNECTIONS));
        return "- " + String.join("\n- ", lines);
    }

    private static String cpuModel() {
        try {
            Matcher model = CPU_MODEL.matcher(Files.readString(Path.of("/proc/cpuinfo")));
            return model.find() ? model.group(1) : System.getProperty("os.arch");
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    /** Finds the version in the output of a program, whose exit code does not count. */
    private String version(String command) {
        ChildProcess child = tools.startGenerating(Tools.words(command));
        child.awaitExit();
        tools.end(child);
        Matcher version = VERSION.matcher(child.out() + "\n" + child.err());
        return version.find() ? version.group() : "?";
    }
}
