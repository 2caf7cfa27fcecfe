package redisproxy.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The metrics have the names, types, units, labels and help texts of a checked-in list, so that a board or an alert that somebody
 * has made goes on working; and the manual has all of them.
 */
final class MetricsListTest {
    private static final Path LIST = Path.of("src/test/resources/redisproxy/admin/metrics.txt");
    private static final Path MANUAL = Path.of("docs/operations.md");
    private static final String BEGIN = "<!-- metrics: begin -->\n";
    private static final String END = "<!-- metrics: end -->";

    /** One metric as the list has it. */
    private record Line(String name, String type, String unit, String labels, String help) {
        static Line of(MetricSnapshot metric) {
            String name = metric.getMetadata().getPrometheusName();
            String unit = metric.getMetadata().getUnit() == null
                    ? "-"
                    : metric.getMetadata().getUnit().toString();
            TreeSet<String> labels = new TreeSet<>();
            for (DataPointSnapshot point : metric.getDataPoints()) {
                for (Label label : point.getLabels()) {
                    labels.add(label.getName());
                }
            }
            return new Line(
                    name + suffix(metric),
                    type(metric),
                    unit,
                    labels.isEmpty() ? "-" : String.join(",", labels),
                    metric.getMetadata().getHelp());
        }

        private static String suffix(MetricSnapshot metric) {
            return metric instanceof CounterSnapshot ? "_total" : metric instanceof InfoSnapshot ? "_info" : "";
        }

        private static String type(MetricSnapshot metric) {
            return List.of(CounterSnapshot.class, GaugeSnapshot.class, HistogramSnapshot.class, InfoSnapshot.class)
                    .stream()
                    .filter(type -> type.isInstance(metric))
                    .findFirst()
                    .orElseThrow()
                    .getSimpleName()
                    .replace("Snapshot", "")
                    .toLowerCase(Locale.ROOT);
        }

        String inTheList() {
            return String.join("\t", name, type, unit, labels, help);
        }

        String inTheManual() {
            String shown = labels.equals("-") ? "" : "`" + labels.replace(",", "`, `") + "`";
            return "| `%s` | %s | %s | %s |".formatted(name, type, shown, help).replace("|  |", "| |");
        }
    }

    private static List<Line> lines() {
        return Samples.registry().scrape().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().startsWith("redis_proxy_"))
                .map(Line::of)
                .toList();
    }

    @Test
    void list() throws IOException {
        List<String> expected = lines().stream().map(Line::inTheList).toList();
        assertThat(Files.readAllLines(LIST))
                .as("%s; the metrics are%n%s%n", LIST, String.join("\n", expected))
                .isEqualTo(expected);
    }

    @Test
    void manual() throws IOException {
        String manual = Files.readString(MANUAL);
        List<String> expected = lines().stream().map(Line::inTheManual).toList();
        String table = manual.substring(manual.indexOf(BEGIN) + BEGIN.length(), manual.indexOf(END));
        assertThat(table.lines().skip(2).toList())
                .as("%s; the table is%n%s%n", MANUAL, String.join("\n", expected))
                .isEqualTo(expected);
    }

    @Test
    void helpTextsAreSentences() {
        assertThat(lines())
                .allSatisfy(
                        line -> assertThat(line.help()).matches("[A-Z0-9].*\\.").doesNotContain("|", "\n", "\\"));
    }

    @Test
    void namesHaveBaseUnits() {
        assertThat(lines())
                .allSatisfy(line -> assertThat(line.name())
                        .matches("redis_proxy_[a-z_]+")
                        .doesNotContain("_ms", "_millis", "_micros", "_kb", "_percent"));
    }
}
