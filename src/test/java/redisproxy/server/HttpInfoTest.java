package redisproxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import redisproxy.http.HttpStats;

final class HttpInfoTest {
    @Test
    void showsEveryFigure() {
        Map<String, Object> fields = HttpInfo.fields(
                new HttpStats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22));
        assertThat(fields.keySet()).first().isEqualTo("http_requests");
        assertThat(fields)
                .hasSize(1 + HttpStats.class.getRecordComponents().length)
                .containsEntry(
                        "http_requests",
                        1L + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 11 + 12 + 13 + 14 + 15 + 16 + 18 + 19 + 20 + 21 + 22)
                .containsEntry("http_hits", 1L)
                .containsEntry("http_stale_hits", 3L)
                .containsEntry("http_misses", 4L)
                .containsEntry("http_refused_connections", 17L);
        assertThat(fields.values()).doesNotHaveDuplicates();
    }
}
