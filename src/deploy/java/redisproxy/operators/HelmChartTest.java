package redisproxy.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static redisproxy.operators.Yaml.at;
import static redisproxy.operators.Yaml.each;
import static redisproxy.operators.Yaml.textAt;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart, as Helm renders it. */
final class HelmChartTest {
    private static final Path SOURCE = Path.of("deploy", "helm", "redis-proxy");

    /** Without it, Helm renders for the version that its library was first made for. */
    private static final String KUBERNETES = "1.31.0";

    private static final String EVERYTHING = """
            image: {repository: registry.example/redis-proxy, tag: '2.0'}
            imagePullSecrets: [{name: registry}]
            settings: {CACHE_SIZE: 2000000, TTL: 0.5, COHERENCE: tracking, STALE_IF_ERROR: 60}
            redis: {url: 'redis-sentinel://sentinel:26379#mymaster', passwordSecret: {name: redis, key: redis-password}}
            users: {secret: redis-proxy-users, key: acl}
            ports: {http: 8080, resp: 6379, admin: 9090}
            drainDelaySeconds: 15
            terminationGracePeriodSeconds: 60
            jvmOptions: -Xmx400m
            service: {type: LoadBalancer, annotations: {example.com/internal: 'true'}}
            prometheusAnnotations: false
            serviceMonitor:
              enabled: true
              interval: 30s
              labels: {release: prometheus}
              basicAuth: {username: {name: scraper, key: username}, password: {name: scraper, key: password}}
            prometheusRule: {enabled: true, labels: {release: prometheus}}
            grafanaDashboard: {enabled: true}
            networkPolicy: {clients: [], monitoring: [], collectorPorts: [{port: 4318, protocol: TCP}]}
            serviceAccount: {create: false, name: proxies}
            podAnnotations: {example.com/team: cache}
            podLabels: {team: cache}
            nodeSelector: {kubernetes.io/arch: amd64}
            tolerations: [{key: cache, operator: Exists}]
            affinity: {podAntiAffinity: {}}
            priorityClassName: high
            topologySpreadConstraints: []
            extraEnv: [{name: ZONE, valueFrom: {fieldRef: {fieldPath: 'metadata.labels[''topology.kubernetes.io/zone'']'}}}]
            extraVolumes: [{name: tls, secret: {secretName: redis-tls}}]
            extraVolumeMounts: [{name: tls, mountPath: /etc/tls, readOnly: true}]
            """;

    /** With files in the place of links, which Helm remarks on each time. */
    private static Path chart;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void copy(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.toList()) {
                Path copy = folder.resolve(SOURCE.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        chart = folder.toAbsolutePath();
    }

    @Test
    void passesTheStrictLint() {
        LintResult result = new Helm(chart).lint().strict().call();
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @Test
    void keepsTheRulesForPods() {
        new PodRules(rendered("")).checkAll();
    }

    @Test
    void keepsThemWithEveryValue() throws IOException {
        Manifests manifests = rendered(EVERYTHING);
        PodRules rules = new PodRules(manifests);
        rules.checkAll();
        assertThat(texts(rules.settings()))
                .containsEntry("CACHE_SIZE", "2000000")
                .containsEntry("TTL", "0.5")
                .containsEntry("REDIS_URL", "redis-sentinel://sentinel:26379#mymaster")
                .containsEntry("REDIS_PASSWORD_FILE", "/etc/redis-proxy/redis-password")
                .containsEntry("ADMIN_PORT", "9090")
                .doesNotContainKey("REDIS_HOST");
        assertThat(textAt(rules.proxy(), "image")).isEqualTo("registry.example/redis-proxy:2.0");
        assertThat(at(manifests.only("PrometheusRule"), "spec"))
                .isEqualTo(Yaml.file(Path.of("deploy", "prometheus", "rules.yml")));
        assertThat(manifests
                        .each("ConfigMap")
                        .filter(map -> textAt(map, "metadata.name").endsWith("-dashboard")))
                .singleElement()
                .satisfies(map -> assertThat(JsonParser.parseString(at(map, "data")
                                .getAsJsonObject()
                                .get("redis-proxy.json")
                                .getAsString()))
                        .isEqualTo(JsonParser.parseString(
                                Files.readString(Path.of("deploy", "grafana", "redis-proxy.json")))));
        assertThat(texts(rules.settings())).containsEntry("ACL_FILE", "/etc/redis-proxy-users/acl");
        assertThat(each(rules.pod(), "volumes").map(volume -> textAt(volume, "secret.secretName")))
                .contains("redis-proxy-users");
        assertThat(textAt(manifests.only("ServiceMonitor"), "spec.endpoints.0.basicAuth.password.key"))
                .isEqualTo("password");
        assertThat(each(manifests.only("NetworkPolicy"), "spec.egress")
                        .flatMap(rule -> each(rule, "ports"))
                        .map(port -> textAt(port, "port")))
                .contains("4318");
        // No client is let in by an empty list
        assertThat(at(manifests.only("NetworkPolicy"), "spec.ingress").getAsJsonArray())
                .isEmpty();
        assertThat(manifests.each("ServiceAccount")).isEmpty();
    }

    @Test
    void hasPrometheusSendAToken() {
        JsonObject monitor = rendered(
                        "serviceMonitor: {enabled: true, authorization: {type: Bearer, credentials: {name: s, key: token}}}")
                .only("ServiceMonitor");
        assertThat(textAt(monitor, "spec.endpoints.0.authorization.credentials.name"))
                .isEqualTo("s");
        assertThat(textAt(monitor, "spec.endpoints.0.basicAuth")).isEmpty();
    }

    @Test
    void takesADigestInsteadOfTheTag() throws IOException {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);
        Manifests manifests =
                rendered("image: {repository: registry.example/redis-proxy, tag: '2.0', digest: '" + digest + "'}");
        assertThat(textAt(new PodRules(manifests).proxy(), "image"))
                .isEqualTo("registry.example/redis-proxy@" + digest);
    }

    @Test
    void installsWhatTheBaseInstalls() {
        JsonObject chart = rendered("").only("Deployment");
        JsonObject base = Manifests.ofKustomize("deploy/kubernetes/base").only("Deployment");
        for (String path : new String[] {
            "spec.replicas",
            "spec.strategy",
            "spec.minReadySeconds",
            "spec.template.spec.terminationGracePeriodSeconds",
            "spec.template.spec.securityContext",
            "spec.template.spec.volumes",
            "spec.template.spec.containers.0.ports",
            "spec.template.spec.containers.0.resources",
            "spec.template.spec.containers.0.startupProbe",
            "spec.template.spec.containers.0.livenessProbe",
            "spec.template.spec.containers.0.readinessProbe",
            "spec.template.spec.containers.0.securityContext",
            "spec.template.spec.containers.0.volumeMounts"
        }) {
            assertThat(at(chart, path)).as(path).isEqualTo(at(base, path));
        }
    }

    @Test
    void replacesPodsWhenASettingChanges() {
        assertThat(checksum("settings: {TTL: 1}"))
                .isNotEqualTo(checksum("settings: {TTL: 2}"))
                .isEqualTo(checksum("settings: {TTL: 1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"podDisruptionBudget", "networkPolicy"})
    void leavesOutWhatIsNotEnabled(String value) {
        Set<String> kinds = kinds(rendered(""));
        kinds.removeAll(kinds(rendered(value + ": {enabled: false}")));
        assertThat(kinds).singleElement().asString().isEqualToIgnoringCase(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    cacheSize: 1                               | cacheSize
                    settings: {ttl: 1}                         | ttl
                    settings: {REDIS_PASSWORD: secret}         | REDIS_PASSWORD
                    settings: {ADMIN_PORT: 1}                  | ADMIN_PORT
                    redis: {url: 'redis://u:secret@redis'}     | url
                    redis: {url: 'http://redis'}               | url
                    ports: {http: 70000}                       | http
                    replicas: -1                               | replicas
                    {users: {secret: s}, settings: {ACL_FILE: /x}} | users.secret
                    networkPolicy: {redisPorts: []}            | redisPorts
                    serviceMonitor: {basicAuth: {password: x}} | password
                    serviceMonitor: {basicAuth: {username: {name: s, key: u}}, authorization: {type: Bearer}} | serviceMonitor
                    """)
    void refusesValuesThatCannotBeMeant(String values, String named) {
        assertThatThrownBy(() -> rendered(values)).hasMessageContaining(named);
    }

    private Manifests rendered(String values) {
        try {
            Path file = Files.writeString(scratch.resolve("values.yaml"), values);
            TemplateCommand template = new Helm(chart)
                    .template()
                    .withName("cache")
                    .withNamespace("shop")
                    .withKubeVersion(KUBERNETES);
            return new Manifests(template.withValuesFile(file).call());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String checksum(String values) {
        return at(rendered(values).only("Deployment"), "spec.template.metadata.annotations")
                .getAsJsonObject()
                .get("checksum/settings")
                .getAsString();
    }

    private static Set<String> kinds(Manifests manifests) {
        return manifests.all().stream()
                .map(manifest -> textAt(manifest, "kind"))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> texts(Map<String, JsonElement> values) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().getAsString()));
    }
}
