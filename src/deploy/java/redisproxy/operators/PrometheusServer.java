package redisproxy.operators;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.FreePort;

/** A real Prometheus on a loopback port. It scrapes one target, as the job "redis-proxy", and evaluates rules each second. */
final class PrometheusServer implements AutoCloseable {
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;
    private final ChildProcess process;

    PrometheusServer(Path scratch, String target, String rules) {
        int port = FreePort.find();
        url = "http://127.0.0.1:" + port;
        try {
            Files.writeString(scratch.resolve("rules.yml"), rules);
            Path config = Files.writeString(scratch.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                    rule_files: [rules.yml]
                    scrape_configs: [{job_name: redis-proxy, static_configs: [{targets: ['%s']}]}]
                    """.formatted(target));
            process = ChildProcess.start(
                    Map.of(),
                    List.of(
                            "prometheus",
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + scratch.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port));
            process.awaitAlive("answer", this::isReady);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the samples that an expression has now. An expression that Prometheus refuses is an error. */
    List<JsonElement> query(String expression) {
        return Yaml.each(
                        JsonParser.parseString(get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8))),
                        "data.result")
                .toList();
    }

    /** Returns the value of the only sample of an expression, or NaN if it has none. */
    double value(String expression) {
        List<JsonElement> samples = query(expression);
        return samples.size() == 1 ? Double.parseDouble(Yaml.textAt(samples.get(0), "value.1")) : Double.NaN;
    }

    /** Returns the names of the alerts that fire. */
    Set<String> firing() {
        return Yaml.each(JsonParser.parseString(get("/api/v1/alerts")), "data.alerts")
                .filter(alert -> Yaml.textAt(alert, "state").equals("firing"))
                .map(alert -> Yaml.textAt(alert, "labels.alertname"))
                .collect(Collectors.toSet());
    }

    private boolean isReady() {
        try {
            return send("/-/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String get(String path) {
        try {
            HttpResponse<String> answer = send(path);
            if (answer.statusCode() != 200) {
                throw new AssertionError(path + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<String> send(String path) throws IOException {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url + path))
                            .timeout(LONGEST_ANSWER)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
