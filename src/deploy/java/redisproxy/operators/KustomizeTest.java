package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static redisproxy.operators.Yaml.at;
import static redisproxy.operators.Yaml.each;
import static redisproxy.operators.Yaml.textAt;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** deploy/kubernetes, as kubectl puts it together. */
final class KustomizeTest {
    private static final String BASE = "deploy/kubernetes/base";
    private static final String SIDECAR = "deploy/kubernetes/overlays/sidecar";
    private static final String OPERATOR = "deploy/kubernetes/overlays/prometheus-operator";

    @ParameterizedTest
    @ValueSource(strings = {BASE, SIDECAR, OPERATOR})
    void keepsTheRulesForPods(String folder) {
        new PodRules(Manifests.ofKustomize(folder)).checkAll();
    }

    @Test
    void hasWhatAServiceNeeds() {
        assertThat(Manifests.ofKustomize(BASE).all())
                .extracting(manifest -> textAt(manifest, "kind"))
                .containsExactlyInAnyOrder(
                        "ConfigMap",
                        "Deployment",
                        "NetworkPolicy",
                        "PodDisruptionBudget",
                        "Service",
                        "Service",
                        "ServiceAccount");
    }

    @Test
    void runsTheVersionOfThisTree() {
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(Yaml.text(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        for (String folder : List.of(BASE, SIDECAR)) {
            PodRules rules = new PodRules(Manifests.ofKustomize(folder));
            assertThat(textAt(rules.proxy(), "image")).isEqualTo("redis-proxy:" + version.group(1));
        }
    }

    @Test
    void startsTheSidecarBeforeTheApp() {
        PodRules rules = new PodRules(Manifests.ofKustomize(SIDECAR));
        assertThat(each(rules.pod(), "initContainers")).containsExactly(rules.proxy());
        assertThat(textAt(rules.proxy(), "restartPolicy")).isEqualTo("Always");
        assertThat(textAt(rules.proxy(), "startupProbe.httpGet.path")).isEqualTo("/readyz");
        assertThat(rules.settings().get("PROXY_HOST").getAsString()).isEqualTo("127.0.0.1");
        assertThat(rules.settings().get("TCP_HOST").getAsString()).isEqualTo("127.0.0.1");
    }

    @Test
    void keepsTheAdminPortOfTheSidecarForPrometheus() {
        Manifests manifests = Manifests.ofKustomize(SIDECAR);
        JsonObject policy = manifests.only("NetworkPolicy");
        String admin = new PodRules(manifests).settings().get("ADMIN_PORT").getAsString();
        assertThat(each(policy, "spec.ingress.0.ports")
                        .filter(port -> textAt(port, "protocol").equals("TCP")))
                .isNotEmpty()
                .noneMatch(port -> Integer.parseInt(textAt(port, "port")) <= Integer.parseInt(admin)
                        && Integer.parseInt(admin) <= Integer.parseInt(textAt(port, "endPort")));
        assertThat(textAt(policy, "spec.ingress.1.ports.0.port")).isEqualTo("proxy-admin");
    }

    @Test
    void givesPrometheusCredentials() throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "scrape-credentials"));
        Files.writeString(folder.resolve("kustomization.yaml"), """
                resources: [../../deploy/kubernetes/overlays/prometheus-operator]
                components: [../../deploy/kubernetes/components/scrape-credentials]
                """);
        JsonObject monitor = Manifests.ofKustomize(folder.toString()).only("ServiceMonitor");
        assertThat(textAt(monitor, "spec.endpoints.0.basicAuth.username.name")).isEqualTo("redis-proxy-scraper");
        assertThat(textAt(monitor, "spec.endpoints.0.port")).isEqualTo("admin");
    }

    @Test
    void givesTheOperatorTheRulesOfPrometheus() {
        assertThat(at(Manifests.ofKustomize(OPERATOR).only("PrometheusRule"), "spec"))
                .isEqualTo(Yaml.file(Path.of("deploy", "prometheus", "rules.yml")));
    }

    @Test
    void refusesAFieldThatKubernetesDoesNotKnow() {
        String text = Tool.run("kubectl", "kustomize", BASE).replace("periodSeconds: 2", "periodSecond: 2");
        assertThatThrownBy(() -> new Manifests(text)).hasMessageContaining("`periodSecond`");
    }
}
