package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestErrorsTest {
    static Stream<Arguments> errors() {
        String multibulk = "invalid multibulk length";
        String bulk = "invalid bulk length";
        return Stream.of(
                Arguments.of("*x\r\n", multibulk),
                Arguments.of("*\r\n", multibulk),
                Arguments.of("*-\r\n", multibulk),
                Arguments.of("*+1\r\n", multibulk),
                Arguments.of("* 1\r\n", multibulk),
                Arguments.of("*1 \r\n", multibulk),
                Arguments.of("*01\r\n", multibulk),
                Arguments.of("*-0\r\n", multibulk),
                Arguments.of("*1a\r\n", multibulk),
                Arguments.of("*1048577\r\n", multibulk),
                Arguments.of("*4294967297\r\n", multibulk),
                Arguments.of("*18446744073709551617\r\n", multibulk),
                Arguments.of("*99999999999999999999999999\r\n", multibulk),
                Arguments.of("*1\r\n$x\r\n", bulk),
                Arguments.of("*1\r\n$\r\n", bulk),
                Arguments.of("*1\r\n$-1\r\n", bulk),
                Arguments.of("*1\r\n$-0\r\n", bulk),
                Arguments.of("*1\r\n$00\r\n", bulk),
                Arguments.of("*1\r\n$536870913\r\n", bulk),
                Arguments.of("*1\r\n$4294967296\r\n", bulk),
                Arguments.of("*1\r\n$18446744073709551620\r\n", bulk),
                Arguments.of("*2\r\n$3\r\nGET\r\n$3x\r\n", bulk),
                Arguments.of("*1\r\n:5\r\n", "expected '$', got ':'"),
                Arguments.of("*1\r\nPING\r\n", "expected '$', got 'P'"),
                Arguments.of("*1\r\n*1\r\n$4\r\nPING\r\n", "expected '$', got '*'"),
                Arguments.of("*2\r\n$3\r\nGET\r\n\r\n", "expected '$', got '\r'"),
                Arguments.of("GET \"a\r\n", "unbalanced quotes in request"),
                Arguments.of("GET 'a\n", "unbalanced quotes in request"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesInTheWordsOfRedis(String wire, String message) {
        assertThatThrownBy(() -> new ParsingClient().receive(Bytes.utf8(wire).toArray()))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesThroughEverySplit(String wire, String message) {
        byte[] bytes = Bytes.utf8("PING\r\n" + wire).toArray();
        for (int split = 0; split <= bytes.length; split++) {
            ParsingClient client = new ParsingClient();
            byte[] head = Arrays.copyOf(bytes, split);
            byte[] tail = Arrays.copyOfRange(bytes, split, bytes.length);
            assertThatThrownBy(() -> {
                        client.receive(head);
                        client.receive(tail);
                    })
                    .as("split at %d", split)
                    .isInstanceOf(RespProtocolException.class)
                    .hasMessage(message);
            assertThat(client.received()).isEqualTo(1);
        }
    }

    /** A handshake need not contain the end of a line: Redis waits for more of it. */
    @Test
    void refusesTlsHandshakes() {
        for (byte[] pieces : new byte[][] {{22, 3, 1, 2, 0, 1}, {22, 3}}) {
            assertThatThrownBy(() -> new ParsingClient().receive(pieces)).hasMessage("unexpected TLS handshake");
            assertThatThrownBy(() -> {
                        ParsingClient client = new ParsingClient();
                        client.receive(new byte[] {pieces[0]});
                        client.receive(Arrays.copyOfRange(pieces, 1, pieces.length));
                    })
                    .hasMessage("unexpected TLS handshake");
        }
    }
}
