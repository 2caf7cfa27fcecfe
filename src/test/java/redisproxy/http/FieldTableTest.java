package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldTableTest {
    private final List<Integer> formatted = new ArrayList<>();
    private final FieldTable table = new FieldTable("X", number -> {
        formatted.add(number);
        return "n=" + number;
    });

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 4095, 4096, 315_360_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void formatsANumberOnce(int number) {
        for (int i = 0; i < 2; i++) {
            HeaderField field = table.get(number);
            assertThat(field.name()).isEqualTo("X");
            assertThat(field.value()).isEqualTo("n=" + number);
            ByteBuffer line = ByteBuffer.allocate(100);
            field.putLine(line);
            assertThat(line.flip()).isEqualTo(StandardCharsets.US_ASCII.encode("X: n=" + number + "\r\n"));
        }
        assertThat(formatted).containsExactly(number);
    }

    @Test
    void keepsNumbersApartThatShareASlot() {
        for (int number : new int[] {7, 4096 + 7, -4096 + 7, 7}) {
            assertThat(table.get(number).value()).isEqualTo("n=" + number);
        }
        assertThat(formatted).containsExactly(7, 4096 + 7, -4096 + 7, 7);
    }
}
