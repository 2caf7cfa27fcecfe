package redisproxy.resp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import redisproxy.measure.DurationStats;

/** The sections of INFO about commands and errors, in the format of Redis, which tools take apart. Thread-safe. */
final class CommandInfo {
    private static final String COMMANDS = "Commandstats";
    private static final String LATENCIES = "Latencystats";

    /** As in Redis, INFO without arguments does not show them: they grow with the number of commands. */
    private static final Set<String> ON_REQUEST = Set.of(COMMANDS, LATENCIES);

    private final Supplier<StatsSinceReset.Figures> figures;

    CommandInfo(Supplier<StatsSinceReset.Figures> figures) {
        this.figures = figures;
    }

    /** Whether a section is shown to those only that ask for it, or for all sections. */
    static boolean isOnRequest(String title) {
        return ON_REQUEST.contains(title);
    }

    /** Returns the sections in the order of Redis. */
    List<InfoSection> sections() {
        return List.of(
                new InfoSection(COMMANDS, () -> calls(figures.get().port().byCommand())),
                new InfoSection("Errorstats", () -> errors(figures.get().errors())),
                new InfoSection(LATENCIES, () -> latencies(figures.get().port().byCommand())));
    }

    private static Map<String, Object> calls(List<CommandStats> commands) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (CommandStats each : commands) {
            long micros = each.durations().sumNanos() / 1000;
            double perCall = each.calls() == 0 ? 0 : (double) micros / each.calls();
            fields.put(
                    "cmdstat_" + each.name(),
                    String.format(
                            Locale.ROOT,
                            "calls=%d,usec=%d,usec_per_call=%.2f,rejected_calls=%d,failed_calls=%d",
                            each.calls(),
                            micros,
                            perCall,
                            each.rejected(),
                            each.failed()));
        }
        return fields;
    }

    private static Map<String, Object> errors(Map<String, Long> errors) {
        Map<String, Object> fields = new LinkedHashMap<>();
        errors.forEach((code, count) -> fields.put("errorstat_" + code, "count=" + count));
        return fields;
    }

    private static Map<String, Object> latencies(List<CommandStats> commands) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (CommandStats each : commands) {
            DurationStats durations = each.durations();
            if (durations.count() > 0) {
                fields.put(
                        "latency_percentiles_usec_" + each.name(),
                        String.format(
                                Locale.ROOT,
                                "p50=%.3f,p99=%.3f,p99.9=%.3f",
                                micros(durations, 50),
                                micros(durations, 99),
                                micros(durations, 99.9)));
            }
        }
        return fields;
    }

    private static double micros(DurationStats durations, double percent) {
        return durations.nanosAtPercentile(percent) / 1000.0;
    }
}
