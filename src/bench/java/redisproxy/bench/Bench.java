package redisproxy.bench;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs the benchmarks: {@code ./mvnw -Pbench [-Dexec.args="..."]}. */
public final class Bench {
    private static final String SCALING = "scaling";
    private static final String MEMORY = "memory";
    private static final String IDLE = "idle";
    private static final String CONNECTIONS = "connections";
    private static final String START = "start";
    private static final String STALENESS = "staleness";
    private static final String ABUSE = "abuse";
    private static final String ADMIN = "admin";

    private Bench() {}

    /** Runs the parts that the flags name. Exits with 1 if one fails. */
    public static void main(String[] arguments) {
        Options options = new Options();
        CommandLine commandLine = new CommandLine(options);
        try {
            commandLine.parseArgs(arguments);
            if (options.help) {
                commandLine.usage(System.out);
            } else if (options.list) {
                System.out.println(String.join(System.lineSeparator(), names()));
            } else {
                options.check(names());
                run(options, List.of(arguments));
            }
        } catch (ParameterException | BenchException | UncheckedIOException | AssertionError e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Names everything that can be asked for. */
    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Row row : Row.values()) {
            names.add(row.flag());
        }
        names.addAll(List.of(SCALING, MEMORY, IDLE, CONNECTIONS, START, STALENESS, ABUSE, ADMIN));
        return names;
    }

    private static void run(Options options, List<String> arguments) {
        Tools tools = new Tools(options);
        Thread end = new Thread(tools::close, "bench-end");
        Runtime.getRuntime().addShutdownHook(end);
        try (tools) {
            run(tools, options, arguments);
        }
        Runtime.getRuntime().removeShutdownHook(end);
    }

    private static void run(Tools tools, Options options, List<String> arguments) {
        Report report = new Report(options.results);
        List<Jvm> jvms = options.jvms(tools);
        report.section("Environment", new Environment(tools, options).describe(jvms, arguments));
        List<Row> rows = rows(tools, options, report);
        if (!rows.isEmpty()) {
            new Rows(tools, options, report).run(options.proxies(jvms), rows);
        }
        if (options.wants(SCALING)) {
            new Scaling(tools, options, report).run(jvms.get(0));
        }
        if (options.wants(MEMORY)) {
            new EntrySize(tools, options, report).run(jvms);
        }
        if (options.wants(IDLE)) {
            new IdleConnections(tools, options, report).run(jvms);
        }
        if (options.wants(CONNECTIONS)) {
            new NodeConnections(tools, options, report).run(jvms.get(0));
        }
        if (options.wants(START)) {
            new StartTime(tools, options, report).run(jvms);
        }
        if (options.wants(STALENESS)) {
            new Staleness(tools, options, report).run(jvms);
        }
        if (options.wants(ABUSE)) {
            new Abuses(tools, options, report).run(jvms.get(0));
        }
        if (options.wants(ADMIN)) {
            new AdminLatency(tools, options, report).run(jvms.get(0));
        }
        report.progress("Results: %s", options.results.resolve("results.md").toAbsolutePath());
    }

    /** Chooses rows: those asked for, or all that can be run. */
    private static List<Row> rows(Tools tools, Options options, Report report) {
        List<Row> rows = new ArrayList<>();
        for (Row row : Row.values()) {
            if (!options.wants(row.flag())) {
                continue;
            }
            List<String> missing = row.programs().stream()
                    .filter(program -> !tools.has(program))
                    .toList();
            for (String program : missing) {
                report.progress(
                        "%s: left out, there is no %s (Debian package %s)",
                        row.flag(), program, Programs.debianPackage(program));
            }
            if (missing.isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }
}
