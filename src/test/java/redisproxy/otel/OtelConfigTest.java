package redisproxy.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OtelConfigTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                                                                  | false | false",
                "OTEL_SERVICE_NAME=x OTEL_RESOURCE_ATTRIBUTES=a=b OTEL_EXPORTER_OTLP_PROTOCOL=grpc | false | false",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318                                 | true  | true",
                "OTEL_EXPORTER_OTLP_ENDPOINT=                                                      | false | false",
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318/v1/traces                | true  | false",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://collector:4318/v1/metrics              | false | true",
                "OTEL_TRACES_EXPORTER=otlp                                                         | true  | false",
                "OTEL_METRICS_EXPORTER=otlp                                                        | false | true",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_TRACES_EXPORTER=none                    | false | true",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_METRICS_EXPORTER=none                   | true  | false",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_LOGS_EXPORTER=otlp                      | true  | true",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_SDK_DISABLED=True                       | false | false",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://c OTEL_SDK_DISABLED=false                      | true  | true",
                "OTEL_TRACES_EXPORTER=OTLP OTEL_EXPORTER_OTLP_PROTOCOL=HTTP/protobuf               | true  | false",
            })
    void isOnWhenAnExporterOrAnEndpointIsNamed(String variables, boolean traces, boolean metrics) {
        assertThat(OtelConfig.from(parse(variables)::get)).isEqualTo(new OtelConfig(traces, metrics));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OTEL_TRACES_EXPORTER=zipkin | OTEL_TRACES_EXPORTER: 'zipkin' is not accepted (expected: otlp or none)",
                "OTEL_METRICS_EXPORTER=otlp,console | OTEL_METRICS_EXPORTER: 'otlp,console' is not accepted",
                "OTEL_TRACES_EXPORTER=otlp OTEL_EXPORTER_OTLP_PROTOCOL=grpc | OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' is not",
                "OTEL_METRICS_EXPORTER=otlp OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json | OTLP_METRICS_PROTOCOL: 'http/json'",
            })
    void refusesWhatItCannotSend(String variables, String text) {
        assertThatThrownBy(() -> OtelConfig.from(parse(variables)::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    private static Map<String, String> parse(String variables) {
        Map<String, String> parsed = new TreeMap<>();
        if (variables != null) {
            for (String each : variables.split(" ", -1)) {
                parsed.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
            }
        }
        return parsed;
    }
}
