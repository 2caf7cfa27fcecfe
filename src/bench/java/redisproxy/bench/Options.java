package redisproxy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags. */
@Command(
        name = "redis-proxy-bench",
        description = "Compares the proxy with its peers on this machine.",
        sortOptions = false)
final class Options {
    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "run these parts alone")
    private List<String> only = new ArrayList<>();

    @Option(names = "--list", description = "list the parts and end")
    private boolean list;

    @Option(names = "--rounds", paramLabel = "NUMBER", description = "rounds (${DEFAULT-VALUE})")
    private int rounds = 9;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "length of a measurement (${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "longest warm-up of the proxy for each row (${DEFAULT-VALUE})")
    private int warmUp = 45;

    @Option(names = "--war", paramLabel = "FILE", description = "the proxy (the WAR of this build)")
    private Path war = Path.of(System.getProperty("bench.war", "redis-proxy.war"));

    @Option(names = "--java", paramLabel = "FILE", description = "what runs the proxy (the running Java)")
    private Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    @Option(names = "--with-java", paramLabel = "FILE", description = "a second Java, measured beside the first")
    private Path withJava;

    @Option(names = "--java-options", paramLabel = "FLAGS", description = "flags for both, separated by spaces")
    private String javaOptions = "";

    @Option(names = "--webdis", paramLabel = "FILE", description = "Webdis; without it, its rows are left out")
    private Path webdis;

    @Option(names = "--server-core", paramLabel = "NUMBER", description = "core of all servers (${DEFAULT-VALUE})")
    private int serverCore;

    @Option(names = "--load-core", paramLabel = "NUMBER", description = "core of the load (${DEFAULT-VALUE})")
    private int loadCore = 1;

    @Option(names = "--results", paramLabel = "FOLDER", description = "where the results go")
    private Path results = Path.of(System.getProperty("bench.results", "."));

    @Option(names = "--help", usageHelp = true, description = "print this and end")
    private boolean help;

    /** Fails unless what was given can be used; these are the parts that there are. */
    void check(List<String> names) {
        for (String name : only) {
            if (!names.contains(name)) {
                throw new BenchException("'%s' is none of %s".formatted(name, String.join(", ", names)));
            }
        }
        if (rounds < 1 || seconds < 1 || seconds > 20 || warmUp < 0) {
            throw new BenchException("rounds are at least 1, seconds 1 to 20, the warm-up not negative");
        }
        if (serverCore == loadCore) {
            throw new BenchException("servers and load need a core each");
        }
        if (!Files.isRegularFile(war)) {
            throw new BenchException("no WAR at " + war);
        }
        for (Path program : programs()) {
            if (!Files.isExecutable(program)) {
                throw new BenchException("cannot be run: " + program);
            }
        }
    }

    private List<Path> programs() {
        List<Path> programs = new ArrayList<>(List.of(java));
        if (withJava != null) {
            programs.add(withJava);
        }
        if (webdis != null) {
            programs.add(webdis);
        }
        return programs;
    }

    /** Whether this part is to be run. */
    boolean wants(String name) {
        return only.isEmpty() || only.contains(name);
    }

    boolean help() {
        return help;
    }

    boolean list() {
        return list;
    }

    int rounds() {
        return rounds;
    }

    int seconds() {
        return seconds;
    }

    int warmUp() {
        return warmUp;
    }

    Path war() {
        return war;
    }

    /** The Webdis to compare with, or null. */
    Path webdis() {
        return webdis;
    }

    int serverCore() {
        return serverCore;
    }

    int loadCore() {
        return loadCore;
    }

    Path results() {
        return results;
    }

    /** Asks the one or two JVMs that run the proxy what they are. */
    List<Jvm> jvms(Tools tools) {
        List<String> flags =
                javaOptions.isBlank() ? List.of() : List.of(javaOptions.strip().split("\\s+", -1));
        List<Jvm> jvms = new ArrayList<>(List.of(Jvm.of(tools, java, flags)));
        if (withJava != null) {
            jvms.add(Jvm.of(tools, withJava, flags));
        }
        return jvms;
    }
}
