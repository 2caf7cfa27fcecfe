package redisproxy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The flags of the command line. */
@Command(name = "bench", description = "Compares the proxy with its peers on this machine.", sortOptions = false)
final class Options {
    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "run these parts alone")
    List<String> only = new ArrayList<>();

    @Option(names = "--list", description = "list the parts and end")
    boolean list;

    @Option(names = "--rounds", paramLabel = "NUMBER", description = "rounds (${DEFAULT-VALUE})")
    int rounds = 9;

    @Option(names = "--seconds", paramLabel = "SECONDS", description = "length of a measurement (${DEFAULT-VALUE})")
    int seconds = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "longest warm-up of the proxy for each row (${DEFAULT-VALUE})")
    int warmUp = 45;

    @Option(names = "--writes", paramLabel = "NUMBER", description = "writes for staleness (${DEFAULT-VALUE})")
    int writes = 10_000;

    @Option(names = "--abuses", split = ",", paramLabel = "NAME", description = "the kinds for abuse (all)")
    List<String> abuses = List.of();

    @Option(names = "--war", paramLabel = "FILE", description = "the proxy (the WAR of this build)")
    Path war = Path.of(System.getProperty("bench.war", "redis-proxy.war"));

    @Option(
            names = "--peer-war",
            paramLabel = "FILE",
            description = "another build of the proxy, which each row measures beside the first")
    Path peerWar;

    @Option(names = "--flags", paramLabel = "FLAGS", description = "flags of the proxy, separated by spaces")
    String flags = "";

    @Option(
            names = "--peer-flags",
            paramLabel = "FLAGS",
            description = "flags of a second proxy, which each row measures beside the first")
    String peerFlags = "";

    @Option(names = "--java", paramLabel = "FILE", description = "what runs the proxy (the running Java)")
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    @Option(names = "--with-java", paramLabel = "FILE", description = "a second Java, measured beside the first")
    Path withJava;

    @Option(names = "--java-options", paramLabel = "FLAGS", description = "flags for both, separated by spaces")
    String javaOptions = "";

    @Option(names = "--webdis", paramLabel = "FILE", description = "Webdis (the one in PATH)")
    Path webdis;

    @Option(names = "--server-core", paramLabel = "NUMBER", description = "core of all servers (${DEFAULT-VALUE})")
    int serverCore;

    @Option(names = "--load-core", paramLabel = "NUMBER", description = "core of the load (${DEFAULT-VALUE})")
    int loadCore = 1;

    @Option(names = "--results", paramLabel = "FOLDER", description = "where the results go")
    Path results = Path.of(System.getProperty("bench.results", "."));

    @Option(names = "--help", usageHelp = true, description = "print this and end")
    boolean help;

    /** Fails unless the flags are valid. The names are those of all parts. */
    void check(List<String> names) {
        require(names.containsAll(only), "--only takes " + String.join(", ", names));
        require(rounds >= 1, "--rounds is at least 1");
        require(seconds >= 1 && seconds <= 20, "--seconds is 1 to 20");
        List<String> kinds = Arrays.stream(Abuse.values()).map(Abuse::flag).toList();
        require(kinds.containsAll(abuses), "--abuses takes " + String.join(", ", kinds));
        require(writes >= 100, "--writes is at least 100");
        require(warmUp >= 0, "--warm-up is not negative");
        require(serverCore != loadCore, "servers and load need a core each");
        require(Files.isRegularFile(war), "no file " + war);
        require(Files.isExecutable(java), "cannot be run: " + java);
        require(peerWar == null || Files.isRegularFile(peerWar), "no file " + peerWar);
        require(!hasPeer() || withJava == null, "--peer-war and --peer-flags are not for one run with --with-java");
        require(withJava == null || Files.isExecutable(withJava), "cannot be run: " + withJava);
        require(webdis == null || Files.isExecutable(webdis), "cannot be run: " + webdis);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new BenchException(message);
        }
    }

    /** Whether this part was asked for. */
    boolean wants(String name) {
        return only.isEmpty() || only.contains(name);
    }

    /** Returns the one or two forms of the proxy that rows measure. The second is compared with the first. */
    List<Form> proxies(List<Jvm> jvms) {
        List<Form> forms = new ArrayList<>();
        if (hasPeer()) {
            Path jar = peerWar == null ? war : peerWar;
            forms.add(new Form("peer on " + jvms.get(0).name(), jvms.get(0), jar, words(peerFlags)));
        }
        jvms.forEach(jvm -> forms.add(new Form("proxy on " + jvm.name(), jvm, war, words(flags))));
        return forms;
    }

    /** Returns the one or two JVMs that run the proxy. */
    List<Jvm> jvms(Tools tools) {
        List<String> options = words(javaOptions);
        List<Jvm> jvms = new ArrayList<>(List.of(Jvm.of(tools, java, options)));
        if (withJava != null) {
            jvms.add(Jvm.of(tools, withJava, options));
        }
        return jvms;
    }

    /** Whether rows measure a second proxy of the same Java, beside which the first may cost hardly more. */
    boolean hasPeer() {
        return peerWar != null || !peerFlags.isBlank();
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
    }
}
