package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static redisproxy.operators.Yaml.at;
import static redisproxy.operators.Yaml.each;
import static redisproxy.operators.Yaml.textAt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What has to hold for each pod with a proxy, however it is put into a cluster. */
final class PodRules {
    /** A drain takes at most 30 s, and the process ends 10 s after that in any case. */
    private static final int LONGEST_DRAIN_SECONDS = 40;

    private static final Pattern SETTING = Pattern.compile("^\\| `--[a-z-]+` \\| `([A-Z_]+)`", Pattern.MULTILINE);

    private final Manifests manifests;
    private final JsonObject deployment;
    private final JsonElement pod;
    private final JsonElement proxy;

    /** Takes manifests with one Deployment. */
    PodRules(Manifests manifests) {
        this.manifests = manifests;
        deployment = manifests.only("Deployment");
        pod = at(deployment, "spec.template.spec");
        proxy = Stream.concat(each(pod, "containers"), each(pod, "initContainers"))
                .filter(container -> textAt(container, "name").equals("redis-proxy"))
                .findFirst()
                .orElseThrow();
    }

    JsonElement proxy() {
        return proxy;
    }

    JsonElement pod() {
        return pod;
    }

    Map<String, JsonElement> settings() {
        String name = textAt(proxy, "envFrom.0.configMapRef.name");
        JsonObject data = manifests
                .each("ConfigMap")
                .filter(map -> textAt(map, "metadata.name").equals(name))
                .map(map -> at(map, "data").getAsJsonObject())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ConfigMap " + name));
        return data.asMap();
    }

    void checkAll() {
        checkSettings();
        checkSecurity();
        checkProbes();
        checkNames();
        checkEnd();
        checkMemory();
    }

    private void checkSettings() {
        Set<String> declared = SETTING.matcher(Yaml.text(Path.of("docs", "configuration.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        assertThat(declared).contains("CACHE_SIZE", "DRAIN_DELAY");
        assertThat(declared).containsAll(settings().keySet());
        assertThat(settings()).containsEntry("ADMIN_HOST", new JsonPrimitive("0.0.0.0"));
        assertThat(settings().values())
                .allMatch(value -> value.getAsJsonPrimitive().isString());
        assertThat(at(pod, "enableServiceLinks")).isEqualTo(new JsonPrimitive(false));
    }

    private void checkSecurity() {
        JsonElement of = at(proxy, "securityContext");
        JsonElement around = at(pod, "securityContext");
        assertThat(at(of, "readOnlyRootFilesystem").getAsBoolean()).isTrue();
        assertThat(at(of, "allowPrivilegeEscalation").getAsBoolean()).isFalse();
        assertThat(textAt(of, "capabilities.drop.0")).isEqualTo("ALL");
        assertThat(textAt(of, "runAsUser") + textAt(around, "runAsUser")).isEqualTo("10001");
        assertThat(textAt(of, "runAsNonRoot") + textAt(around, "runAsNonRoot")).isEqualTo("true");
        assertThat(textAt(of, "seccompProfile.type") + textAt(around, "seccompProfile.type"))
                .isEqualTo("RuntimeDefault");
        assertThat(at(pod, "automountServiceAccountToken").getAsBoolean()).isFalse();
    }

    private void checkProbes() {
        Set<String> ports =
                each(proxy, "ports").map(port -> textAt(port, "name")).collect(Collectors.toSet());
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonElement of = at(proxy, probe);
            assertThat(ports).contains(textAt(of, "httpGet.port"));
            assertThat(textAt(of, "httpGet.path")).isIn("/livez", "/readyz");
            assertThat(at(of, "timeoutSeconds").getAsInt()).as(probe).isGreaterThan(1);
        }
        assertThat(textAt(proxy, "livenessProbe.httpGet.path")).isEqualTo("/livez");
        assertThat(textAt(proxy, "readinessProbe.httpGet.path")).isEqualTo("/readyz");
        String admin = each(proxy, "ports")
                .filter(port -> textAt(port, "name").equals(textAt(proxy, "livenessProbe.httpGet.port")))
                .map(port -> textAt(port, "containerPort"))
                .findFirst()
                .orElseThrow();
        assertThat(settings()).containsEntry("ADMIN_PORT", new JsonPrimitive(admin));
        JsonElement annotations = at(deployment, "spec.template.metadata.annotations");
        if (!textAtKey(annotations, "prometheus.io/scrape").isEmpty()) {
            assertThat(textAtKey(annotations, "prometheus.io/port")).isEqualTo(admin);
            assertThat(textAtKey(annotations, "prometheus.io/path")).isEqualTo("/metrics");
        }
    }

    /** What names something in the pod names what is there. */
    private void checkNames() {
        JsonObject labels = at(deployment, "spec.template.metadata.labels").getAsJsonObject();
        assertSelected(at(deployment, "spec.selector.matchLabels"), labels);
        manifests.each("Service").forEach(service -> {
            assertSelected(at(service, "spec.selector"), labels);
            assertThat(each(proxy, "ports").map(port -> textAt(port, "name")))
                    .containsAll(each(service, "spec.ports")
                            .map(port -> textAt(port, "targetPort"))
                            .toList());
        });
        Stream.of("PodDisruptionBudget", "NetworkPolicy")
                .flatMap(manifests::each)
                .forEach(manifest -> {
                    String way =
                            textAt(manifest, "kind").equals("NetworkPolicy") ? "spec.podSelector" : "spec.selector";
                    assertSelected(at(manifest, way + ".matchLabels"), labels);
                });
        each(pod, "topologySpreadConstraints")
                .forEach(constraint -> assertSelected(at(constraint, "labelSelector.matchLabels"), labels));
        manifests
                .each("ServiceMonitor")
                .forEach(monitor -> assertThat(manifests.each("Service"))
                        .filteredOn(service -> at(service, "metadata.labels")
                                .getAsJsonObject()
                                .entrySet()
                                .containsAll(at(monitor, "spec.selector.matchLabels")
                                        .getAsJsonObject()
                                        .entrySet()))
                        .singleElement()
                        .satisfies(service -> assertThat(
                                        each(service, "spec.ports").map(port -> textAt(port, "name")))
                                .containsExactly(textAt(monitor, "spec.endpoints.0.port"))));
        Set<String> volumes =
                each(pod, "volumes").map(volume -> textAt(volume, "name")).collect(Collectors.toSet());
        assertThat(each(proxy, "volumeMounts").map(mount -> textAt(mount, "name")))
                .allMatch(volumes::contains);
    }

    private void checkEnd() {
        if (textAt(proxy, "restartPolicy").isEmpty()) {
            int delay = settings().get("DRAIN_DELAY").getAsInt();
            assertThat(at(pod, "terminationGracePeriodSeconds").getAsInt())
                    .isGreaterThan(delay + LONGEST_DRAIN_SECONDS);
            int period = at(proxy, "readinessProbe.periodSeconds").getAsInt();
            assertThat(period * at(proxy, "readinessProbe.failureThreshold").getAsInt())
                    .isLessThan(delay);
        }
    }

    private void checkMemory() {
        String limit = textAt(proxy, "resources.limits.memory");
        Matcher mebibytes = Pattern.compile("(\\d+)Mi").matcher(limit);
        assertThat(mebibytes.matches()).as(limit).isTrue();
        assertThat(Integer.parseInt(mebibytes.group(1))).isGreaterThanOrEqualTo(256);
        assertThat(textAt(proxy, "resources.requests.memory")).isEqualTo(limit);
    }

    private static void assertSelected(JsonElement selector, JsonObject labels) {
        assertThat(selector.isJsonObject())
                .as("a selector without labels selects all pods")
                .isTrue();
        assertThat(selector.getAsJsonObject().entrySet()).isNotEmpty();
        assertThat(labels.entrySet()).containsAll(selector.getAsJsonObject().entrySet());
    }

    /** For keys that hold dots. */
    private static String textAtKey(JsonElement from, String key) {
        return from instanceof JsonObject object && object.has(key)
                ? object.get(key).getAsString()
                : "";
    }
}
