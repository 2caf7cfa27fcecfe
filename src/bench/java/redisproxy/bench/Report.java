package redisproxy.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The output of a run: progress on standard output, results there and in two files. */
final class Report {
    private static final String CSV_HEAD = "row,round,server,requests,seconds,cpu_seconds,cpu_us_per_request,"
            + "requests_per_second,p50_ms,p99_ms,loads_per_request\n";

    private final PrintStream out = new PrintStream(System.out, true, UTF_8);
    private final StringBuilder markdown = new StringBuilder("# Benchmarks\n");
    private final StringBuilder csv = new StringBuilder(CSV_HEAD);
    private final Path folder;

    Report(Path folder) {
        this.folder = folder;
    }

    /** Prints a line of progress. */
    void progress(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    /** Prints one measurement, and writes it into a file with all earlier ones. */
    void round(Row row, int round, String server, Measurement measurement) {
        Load.Outcome outcome = measurement.outcome();
        progress(
                "round %d  %-16s  %-20s  %8.2f µs  %,9.0f/s  p50 %.3f ms  p99 %.3f ms  core %3.0f %%  %.3f loads/request",
                round,
                row.flag(),
                server,
                measurement.cpuMicros(),
                measurement.rate(),
                outcome.p50(),
                outcome.p99(),
                measurement.coreShare() * 100,
                measurement.loadsPerRequest());
        csv.append(String.format(
                Locale.ROOT,
                "%s,%d,%s,%d,%.4f,%.2f,%.4f,%.1f,%.3f,%.3f,%.5f%n",
                row.flag(),
                round,
                server,
                outcome.requests(),
                outcome.seconds(),
                measurement.cpuSeconds(),
                measurement.cpuMicros(),
                measurement.rate(),
                outcome.p50(),
                outcome.p99(),
                measurement.loadsPerRequest()));
        write("results.csv", csv);
    }

    /** Prints a result, and writes it into a file with all earlier ones. */
    void section(String title, Object... paragraphs) {
        StringBuilder section = new StringBuilder("\n## " + title + "\n");
        for (Object paragraph : paragraphs) {
            section.append('\n').append(paragraph.toString().stripTrailing()).append('\n');
        }
        out.println(section);
        markdown.append(section);
        write("results.md", markdown);
    }

    private void write(String file, CharSequence text) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
