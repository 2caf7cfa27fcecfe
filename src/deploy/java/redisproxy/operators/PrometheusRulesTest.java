package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.operators.Yaml.each;
import static redisproxy.operators.Yaml.textAt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules for Prometheus: what they name, and what explains them. Promtool runs their own tests. */
final class PrometheusRulesTest {
    private final JsonObject rules = Yaml.file(Path.of("deploy", "prometheus", "rules.yml"));

    @Test
    void nameOnlyWhatTheProxyOrAnotherRuleGives() {
        Set<String> known = new TreeSet<>(Exported.series().keySet());
        known.add("up");
        rules().map(rule -> textAt(rule, "record")).forEach(known::add);
        rules().map(rule -> textAt(rule, "expr")).forEach(expression -> {
            assertThat(known).containsAll(PromQl.metrics(expression));
            GrafanaBoardTest.assertLabels(expression);
        });
    }

    @Test
    void eachAlertIsExplainedInTheManual() {
        List<String> headings = Yaml.text(Path.of("docs", "operations.md"))
                .lines()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .toList();
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            String name = textAt(alert, "alert");
            assertThat(headings).contains(name);
            assertThat(textAt(alert, "annotations.runbook"))
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(textAt(alert, "labels.severity")).isIn("critical", "warning", "info");
        });
        assertThat(headings.stream().filter(heading -> heading.startsWith("RedisProxy")))
                .containsExactlyElementsOf(
                        alerts().stream().map(alert -> textAt(alert, "alert")).toList());
    }

    @Test
    void eachAlertIsTestedBothWays() {
        JsonObject tests = Yaml.file(Path.of("deploy", "prometheus", "rules_test.yml"));
        for (JsonElement alert : alerts()) {
            String name = textAt(alert, "alert");
            List<Integer> expected = each(tests, "tests")
                    .flatMap(test -> each(test, "alert_rule_test"))
                    .filter(test -> textAt(test, "alertname").equals(name))
                    .map(test -> (int) each(test, "exp_alerts").count())
                    .toList();
            assertThat(expected).as(name).contains(0).anyMatch(count -> count > 0);
        }
    }

    private Stream<JsonElement> rules() {
        return each(rules, "groups").flatMap(group -> each(group, "rules"));
    }

    private List<JsonElement> alerts() {
        return rules().filter(rule -> !textAt(rule, "alert").isEmpty()).toList();
    }
}
