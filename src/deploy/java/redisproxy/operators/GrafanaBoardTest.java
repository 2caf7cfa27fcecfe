package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.operators.Yaml.at;
import static redisproxy.operators.Yaml.each;
import static redisproxy.operators.Yaml.textAt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Grafana board: what Grafana needs to import it, and what its expressions name. */
final class GrafanaBoardTest {
    private static final int COLUMNS = 24;
    private static final Set<String> SCRAPED = Set.of("job", "instance");

    private final JsonObject board = Yaml.file(Path.of("deploy", "grafana", "redis-proxy.json"));

    @TempDir
    private Path scratch;

    /** Returns the expressions of all panels of a board, as Prometheus gets them. */
    static List<String> expressions(JsonObject board) {
        return each(board, "panels")
                .flatMap(panel -> each(panel, "targets"))
                .map(target -> PromQl.asked(textAt(target, "expr")))
                .toList();
    }

    @Test
    void canBeImported() {
        assertThat(at(board, "id").isJsonNull()).isTrue();
        assertThat(textAt(board, "uid")).isEqualTo("redis-proxy");
        assertThat(at(board, "schemaVersion").getAsInt()).isEqualTo(39);
        assertThat(textAt(board, "__inputs.0.name")).isEqualTo("DS_PROMETHEUS");
        assertThat(each(board, "templating.list").map(variable -> textAt(variable, "name")))
                .containsExactly("datasource", "job", "instance");
        assertThat(textAt(board, "templating.list.0.current.value")).isEqualTo("${DS_PROMETHEUS}");
        Set<String> required = each(board, "__requires")
                .filter(item -> textAt(item, "type").equals("panel"))
                .map(item -> textAt(item, "id"))
                .collect(Collectors.toSet());
        Set<String> used = each(board, "panels")
                .map(panel -> textAt(panel, "type"))
                .filter(type -> !type.equals("row"))
                .collect(Collectors.toSet());
        assertThat(required).isEqualTo(used);
    }

    @Test
    void readsTheDataSourceThatIsChosen() {
        each(board, "panels")
                .filter(panel -> !textAt(panel, "type").equals("row"))
                .forEach(panel -> {
                    assertThat(textAt(panel, "datasource.uid")).isEqualTo("${datasource}");
                    each(panel, "targets").forEach(target -> {
                        assertThat(textAt(target, "datasource.uid")).isEqualTo("${datasource}");
                        assertThat(textAt(target, "expr")).contains("job=~\"$job\", instance=~\"$instance\"");
                    });
                });
    }

    @Test
    void rangesFollowTheIntervalOfScrapes() {
        each(board, "panels")
                .flatMap(panel -> each(panel, "targets"))
                .map(target -> textAt(target, "expr"))
                .forEach(expr -> assertThat(expr.replaceAll("\\[\\$__(rate_interval|range)]", ""))
                        .doesNotContain("["));
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        Set<String> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        each(board, "panels").forEach(panel -> {
            assertThat(ids.add(textAt(panel, "id"))).as(textAt(panel, "title")).isTrue();
            JsonElement place = at(panel, "gridPos");
            int left = at(place, "x").getAsInt();
            int top = at(place, "y").getAsInt();
            assertThat(left + at(place, "w").getAsInt()).isLessThanOrEqualTo(COLUMNS);
            for (int x = left; x < left + at(place, "w").getAsInt(); x++) {
                for (int y = top; y < top + at(place, "h").getAsInt(); y++) {
                    assertThat(cells.add(x + "," + y))
                            .as(textAt(panel, "title"))
                            .isTrue();
                }
            }
        });
    }

    @Test
    void namesOnlyMetricsThatTheProxyExports() {
        Set<String> named = expressions(board).stream()
                .flatMap(expression -> PromQl.metrics(expression).stream())
                .collect(Collectors.toSet());
        assertThat(named).hasSizeGreaterThan(30);
        assertThat(Exported.series().keySet()).containsAll(named);
    }

    @Test
    void namesOnlyLabelsThatTheMetricsHave() {
        expressions(board).forEach(GrafanaBoardTest::assertLabels);
    }

    /** All labels of the expression are those of its metrics, or of what is scraped. */
    static void assertLabels(String expression) {
        Map<String, Set<String>> series = Exported.series();
        Set<String> all = new TreeSet<>(SCRAPED);
        PromQl.metrics(expression).forEach(metric -> all.addAll(series.getOrDefault(metric, Set.of())));
        assertThat(all).as(expression).containsAll(PromQl.grouped(expression));
        PromQl.selected(expression).forEach((metric, labels) -> {
            Set<String> own = new TreeSet<>(SCRAPED);
            own.addAll(series.getOrDefault(metric, Set.of()));
            assertThat(own).as(metric).containsAll(labels);
        });
    }

    @Test
    void prometheusReadsEachExpression() throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n  - name: board\n    rules:\n");
        int number = 0;
        for (String expression : expressions(board)) {
            rules.append("      - record: board:%d\n        expr: '%s'\n"
                    .formatted(number++, expression.replace("'", "''")));
        }
        assertThat(number).isGreaterThan(50);
        Path file = Files.writeString(scratch.resolve("board.yml"), rules);
        assertThat(Tool.run("promtool", "check", "rules", file.toString())).contains(number + " rules found");
    }
}
