package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redisproxy.testkit.ChildProcess;
import redisproxy.testkit.ProxyProcess;

final class MainTest {
    private static final List<String> SMALL_HEAP =
            List.of("-Xmx32m", "-cp", System.getProperty("java.class.path"), "redisproxy.server.Main");

    @Test
    void exitsWithOneIfTheCacheDoesNotFitIntoTheHeap() {
        try (ChildProcess process = ProxyProcess.launch(SMALL_HEAP, Map.of(), List.of("--cache-size", "100000000"))) {
            assertThat(process.awaitExit())
                    .as(() -> process.describe("exit code"))
                    .isOne();
            assertThat(process.err().lines())
                    .as(() -> process.describe("one line"))
                    .hasSize(1);
            assertThat(process.err())
                    .matches(
                            "redis-proxy: CACHE_SIZE: 100000000 entries do not fit into the heap of \\d+ MiB \\(expected: fewer entries, or a larger -Xmx\\)");
            assertThat(process.out()).isEmpty();
        }
    }
}
