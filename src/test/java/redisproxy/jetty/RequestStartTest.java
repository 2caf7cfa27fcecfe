package redisproxy.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestStartTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET /",
                "get",
                "VERSION-CONTROL /",
                "UPDATEREDIRECTREF",
                "\r\n",
                "\n\u0001",
                "PRI * HTTP/2.0"
            })
    void mayBeginARequest(String text) {
        assertThat(isNoRequest(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" GET /", "-GET /", "*1\r\n", "\u0016\u0003\u0001", "GET\t/", "G3T /", "ABCDEFGHIJKLMNOPQRSTUVWX"
            })
    void canBeginNoRequest(String text) {
        assertThat(isNoRequest(text)).isTrue();
    }

    @Test
    void lineEndsAloneAreBlank() {
        assertThat(isBlank("\r\n\n")).isTrue();
        assertThat(isBlank("\r\nG")).isFalse();
        assertThat(isBlank(" ")).isFalse();
        assertThat(isBlank("\r\n\r")).isFalse();
        assertThat(isBlank("\r\r\n")).isFalse();
    }

    @Test
    void anEmptyLineEndsAHead() {
        byte[] input = "xGET / HTTP/1.1\r\nHost: proxy\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RequestStart.isWholeHead(input, 1, input.length)).isTrue();
        for (int end = 1; end < input.length; end++) {
            assertThat(RequestStart.isWholeHead(input, 1, end))
                    .as("up to %d", end)
                    .isFalse();
        }
    }

    @Test
    void theLineEndsBeforeAHeadDoNotEndIt() {
        byte[] input = "\r\n\r\nGET".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RequestStart.isWholeHead(input, 1, input.length)).isFalse();
    }

    private static boolean isNoRequest(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return RequestStart.isNoRequest(bytes, 0, bytes.length);
    }

    private static boolean isBlank(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return RequestStart.isBlank(bytes, 0, bytes.length);
    }
}
