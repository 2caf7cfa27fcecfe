package redisproxy.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redisproxy.fixtures.OtlpCollector;
import redisproxy.testkit.Address;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;
import redisproxy.testkit.HttpConnection;
import redisproxy.testkit.RedisServerProcess;

/** The WAR in a stock Tomcat, its settings from system properties or from the context. */
final class TomcatIT {
    private static final Duration BEFORE_LONG = Duration.ofSeconds(30);

    private final RedisServerProcess redis = RedisServerProcess.started();
    private final Address http = Address.loopback(FreePort.find());
    private final Address resp = Address.loopback(FreePort.find());
    private final Address admin = Address.loopback(FreePort.find());
    private final Map<String, String> settings = Map.of(
            "TCP_HOST", resp.host(),
            "TCP_PORT", Integer.toString(resp.port()),
            "REDIS_HOST", redis.address().host(),
            "REDIS_PORT", Integer.toString(redis.address().port()),
            "ADMIN_PORT", Integer.toString(admin.port()));
    private Path base;
    private ChildProcess tomcat;

    @AfterEach
    void stop() {
        if (tomcat != null) {
            tomcat.close();
        }
        redis.close();
    }

    @Test
    void servesBothPortsFromOneCacheAndTakesEveryByteInTheQuery() throws IOException {
        OneCache proxy = startWithSystemProperties();

        proxy.verify();
        proxy.verifyEveryByteInQuery();
        assertThat(HttpConnection.get(admin, "/readyz").status()).isEqualTo(200);
    }

    @Test
    void logsNothingOfRequests() throws IOException {
        prepare("ROOT.war");
        Path properties = base.resolve("conf/catalina.properties");
        Files.copy(Deployment.tomcatHome().resolve("conf/catalina.properties"), properties);
        Files.writeString(
                properties, "\norg.apache.juli.logging.UserDataHelper.CONFIG=NONE\n", StandardOpenOption.APPEND);
        start("", systemProperties());

        OddRequests.sendTo(http);

        assertThat(tomcat.err() + tomcat.out()).doesNotContainIgnoringCase(OddRequests.SECRET);
    }

    @Test
    void servesUnderAContextPath() throws IOException {
        prepare("app.war");
        Files.writeString(
                Files.createDirectories(base.resolve("conf/Catalina/localhost")).resolve("app.xml"),
                contextOf(settings));
        OneCache proxy = start("/app", List.of());

        proxy.verify();
    }

    @Test
    void undeployingClosesTheRespPortAndEndsItsThreads() throws IOException {
        OneCache proxy = startWithSystemProperties();
        proxy.verify();
        assertThat(ProxyThreads.in(tomcat)).isNotEmpty();

        Files.delete(base.resolve("webapps/ROOT.war"));

        Awaitility.await().atMost(BEFORE_LONG).until(() -> !resp.isOpen() && !admin.isOpen());
        ProxyThreads.awaitEnd(tomcat);
        assertThat(tomcat.isAlive()).as(() -> tomcat.describe("alive")).isTrue();
        assertThat(tomcat.err()).doesNotContain("failed to stop it", "failed to remove it");
    }

    @Test
    void sendsToACollectorUntilItIsUndeployed() throws IOException {
        try (OtlpCollector collector = new OtlpCollector()) {
            prepare("ROOT.war");
            List<String> properties = new ArrayList<>(systemProperties());
            properties.add("-Dotel.exporter.otlp.endpoint=" + collector.endpoint());
            start("", properties).verify();

            Files.delete(base.resolve("webapps/ROOT.war"));

            Awaitility.await().atMost(BEFORE_LONG).until(() -> !resp.isOpen() && !admin.isOpen());
            assertThat(collector.spans()).isNotEmpty();
            assertThat(collector.metrics("redis-proxy")).containsKey("redis_proxy_cache_hits_total");
            assertThat(tomcat.err()).doesNotContain("failed to stop it");
            // Threads of the JDK's HTTP client hold it, which end within about a minute and which Java 17 cannot end.
            assertThat(tomcat.err().lines().filter(line -> line.contains("failed to remove it")))
                    .allMatch(line -> line.contains("io.opentelemetry.exporter.internal.marshal.CodedOutputStream"));
        }
    }

    @Test
    void asksForCredentials() throws IOException {
        Path users = Files.writeString(
                Deployment.newDirectory("users-").resolve("users.acl"),
                "user default on nopass ~nobody +get\nuser alice on >secret ~app:* +get\n");
        prepare("ROOT.war");
        List<String> properties = new ArrayList<>(systemProperties());
        properties.add("-DACL_FILE=" + users);
        start("", properties);

        assertThat(statusWith("alice:secret", "/app:1")).isEqualTo(404);
        assertThat(statusWith("alice:secret", "/other")).isEqualTo(403);
        assertThat(HttpConnection.get(http, "/app:1").status()).isEqualTo(403);
        long begun = System.nanoTime();
        assertThat(statusWith("alice:wrong", "/app:1")).isEqualTo(401);
        assertThat(System.nanoTime() - begun)
                .isGreaterThan(Duration.ofMillis(90).toNanos());
    }

    private int statusWith(String credentials, String target) {
        String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        try (HttpConnection connection = HttpConnection.connect(http)) {
            connection.send(HttpConnection.request("GET " + target, "Authorization: Basic " + encoded));
            return connection.read().status();
        }
    }

    private OneCache startWithSystemProperties() throws IOException {
        prepare("ROOT.war");
        return start("", systemProperties());
    }

    private List<String> systemProperties() {
        return settings.entrySet().stream()
                .map(setting -> "-D" + setting.getKey() + "=" + setting.getValue())
                .toList();
    }

    private void prepare(String warName) throws IOException {
        base = Deployment.newDirectory("tomcat-base-");
        for (String directory : List.of("conf", "logs", "temp", "webapps", "work")) {
            Files.createDirectory(base.resolve(directory));
        }
        Files.copy(Deployment.tomcatHome().resolve("conf/web.xml"), base.resolve("conf/web.xml"));
        Files.writeString(base.resolve("conf/server.xml"), server(http));
        Files.copy(Deployment.war(), base.resolve("webapps").resolve(warName));
    }

    private OneCache start(String contextPath, List<String> systemProperties) {
        Path bin = Deployment.tomcatHome().resolve("bin");
        List<String> arguments = new ArrayList<>(systemProperties);
        arguments.addAll(List.of(
                Deployment.QUICK_START,
                // With these Tomcat finds threads and thread locals that an application has left behind.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.rmi/sun.rmi.transport=ALL-UNNAMED",
                "-Dcatalina.home=" + Deployment.tomcatHome(),
                "-Dcatalina.base=" + base,
                "-Djava.io.tmpdir=" + base.resolve("temp"),
                "-cp",
                bin.resolve("bootstrap.jar") + ":" + bin.resolve("tomcat-juli.jar"),
                "org.apache.catalina.startup.Bootstrap",
                "start"));
        tomcat = ChildProcess.startJava(Map.of(), arguments);
        OneCache proxy = new OneCache(http, contextPath, resp, redis);
        proxy.awaitServing(tomcat);
        return proxy;
    }

    private static String server(Address http) {
        return """
                <Server port="-1">
                  <Service name="Catalina">
                    <Connector address="%s" port="%d"/>
                    <Engine name="Catalina" defaultHost="localhost" backgroundProcessorDelay="1">
                      <Host name="localhost" appBase="webapps" autoDeploy="true" unpackWARs="true"/>
                    </Engine>
                  </Service>
                </Server>
                """.formatted(http.host(), http.port());
    }

    private static String contextOf(Map<String, String> parameters) {
        StringBuilder context = new StringBuilder("<Context>\n");
        parameters.forEach((name, value) -> context.append("  <Parameter name=\"")
                .append(name)
                .append("\" value=\"")
                .append(value)
                .append("\" override=\"false\"/>\n"));
        return context.append("</Context>\n").toString();
    }
}
