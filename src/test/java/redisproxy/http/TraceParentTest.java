package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.cache.LoadReport;
import redisproxy.testkit.Address;

final class TraceParentTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                TRACE,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later"
            })
    void accepts(String value) {
        assertThat(TraceParent.isWellFormed(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"
            })
    void refuses(String value) {
        assertThat(TraceParent.isWellFormed(value)).isFalse();
    }

    @Test
    void refusesALongOne() {
        assertThat(TraceParent.isWellFormed("cc" + TRACE.substring(2) + "-" + "x".repeat(1_000)))
                .isFalse();
    }

    @Test
    void loadsAreToldOfTheTraceAndTheClient() {
        try (RunningHttp http = new RunningHttp(/* maxRequests= */ 10)) {
            http.store.put("k", "value");
            http.ask("GET /k", "Traceparent: " + TRACE);
            LoadReport report = only(http);
            assertThat(report.traceContext()).isEqualTo(TRACE);
            assertThat(report.asker().address()).startsWith("127.0.0.1:");
            assertThat(report.asker().name()).isEmpty();
            assertThat(report.valueBytes()).isEqualTo(5);
            assertThat(report.tookNanos()).isCloseTo(0L, within(TimeUnit.MINUTES.toNanos(1)));
        }
    }

    @Test
    void loadsAreNotToldOfSeveralTraces() {
        try (RunningHttp http = new RunningHttp(/* maxRequests= */ 10)) {
            http.ask("GET /k", "Traceparent: " + TRACE, "Traceparent: " + TRACE);
            assertThat(only(http).traceContext()).isNull();
        }
    }

    private static LoadReport only(RunningHttp http) {
        Awaitility.await().atMost(Address.PATIENCE).until(() -> !http.loads.isEmpty());
        assertThat(List.copyOf(http.loads)).hasSize(1);
        return http.loads.element();
    }
}
