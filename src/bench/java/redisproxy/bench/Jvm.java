package redisproxy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java that runs the proxy.
 *
 * @param java its launcher
 * @param options its flags
 * @param version as it calls itself
 * @param collector the flag of the garbage collector that it takes on one core
 */
record Jvm(Path java, List<String> options, String version, String collector) {
    private static final Pattern VERSION = Pattern.compile("java\\.version = (\\S+)");
    private static final Pattern COLLECTOR =
            Pattern.compile("\\b(Use(?:Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC)\\s*=\\s*true");

    /** Asks it what it is. */
    static Jvm of(Tools tools, Path java, List<String> options) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of("-XX:+PrintFlagsFinal", "-XshowSettings:properties", "-version"));
        String said = tools.children()
                .run(tools.programs(), tools.serverCore(), command)
                .describe("");
        return new Jvm(java, options, find(VERSION, said), find(COLLECTOR, said));
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "?";
    }

    /** Returns the first number of its version. */
    int feature() {
        return Runtime.Version.parse(version).feature();
    }

    Jvm with(String... more) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(more));
        return new Jvm(java, List.copyOf(all), version, collector);
    }

    String name() {
        return "JDK " + feature();
    }

    /** Returns the command that starts what follows. */
    List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(options);
        command.addAll(List.of(arguments));
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
