package redisproxy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/**
 * A Java that runs the proxy.
 *
 * @param java its launcher
 * @param options its flags
 * @param version its {@code java.version}
 * @param collector the flag of the garbage collector that it takes on one core
 */
record Jvm(Path java, List<String> options, String version, String collector) {
    private static final Pattern VERSION = Pattern.compile("java\\.version = (\\S+)");
    private static final Pattern COLLECTOR =
            Pattern.compile("\\b(Use(?:Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC)\\s*=\\s*true");

    /** Reads its version and collector on the core that it will run on. */
    static Jvm of(Tools tools, Path java, List<String> options) {
        List<String> command = new Jvm(java, options, "", "").command();
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-XshowSettings:properties", "-version"));
        ChildProcess child = tools.finish(tools.serve(command));
        return new Jvm(java, options, find(VERSION, child.err()), find(COLLECTOR, child.out()));
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new BenchException("Java does not tell its " + pattern);
        }
        return matcher.group(1);
    }

    /** Returns its feature version, as in 17. */
    int feature() {
        return Runtime.Version.parse(version).feature();
    }

    String name() {
        return "JDK " + feature();
    }

    /** Returns the same with more flags. */
    Jvm with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Jvm(java, List.copyOf(all), version, collector);
    }

    /** Returns the beginning of a command, to which the rest can be added. */
    List<String> command() {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        return command;
    }

    /** Returns another program of the same JDK. */
    String tool(String name) {
        Path tool = java.resolveSibling(name);
        if (!Files.isExecutable(tool)) {
            throw new BenchException("%s is not the Java of a JDK: it has no %s beside it".formatted(java, name));
        }
        return tool.toString();
    }
}
