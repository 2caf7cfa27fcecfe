package redisproxy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class EventKindTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z-]+)` \\| `(INFO|WARN)` \\| .*");

    @Test
    void manualDescribesEachKindInTheSameOrder() throws IOException {
        List<String> described = Files.readAllLines(Path.of("docs/operations.md")).stream()
                .map(ROW::matcher)
                .filter(row -> row.matches())
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();
        assertThat(described)
                .containsExactlyElementsOf(Arrays.stream(EventKind.values())
                        .map(kind -> kind.label() + " " + kind.severity())
                        .toList());
    }
}
