package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestLimitsTest {
    private static final int MAX_LINE = 64 * 1024;

    @Test
    void takesAsManyArgumentsAsRedis() throws Exception {
        int most = 1_048_576;
        byte[] header = Bytes.utf8("*" + most + "\r\n").toArray();
        byte[] element = Bytes.utf8("$0\r\n\r\n").toArray();
        byte[] wire = Arrays.copyOf(header, header.length + most * element.length);
        for (int at = header.length; at < wire.length; at += element.length) {
            System.arraycopy(element, 0, wire, at, element.length);
        }
        RequestParser parser = new RequestParser();
        for (int end = 1; end < wire.length; end += 1_000_000) {
            assertThat(parser.parse(wire, 0, end)).isFalse();
        }
        assertThat(parser.parse(wire, 0, wire.length)).isTrue();
        assertThat(parser.count()).isEqualTo(most);
        assertThat(parser.length(most - 1)).isZero();
        parser.next();
        byte[] ping = Bytes.utf8("PING\n").toArray();
        assertThat(parser.parse(ping, 0, ping.length)).isTrue();
        assertThat(parser.count()).isOne();
    }

    @Test
    void takesTheLongestInlineRequest() throws Exception {
        String word = "x".repeat(MAX_LINE - 4);
        assertThat(new ParsingClient().receive(Bytes.utf8("GET " + word + "\n").toArray()))
                .containsExactly(List.of(Bytes.utf8("GET"), Bytes.utf8(word)));
    }

    @Test
    void acceptsTheLongestBulkLength() throws Exception {
        byte[] wire = Bytes.utf8("*1\r\n$536870912\r\nabc").toArray();
        assertThat(new RequestParser().parse(wire, 0, wire.length)).isFalse();
    }

    @Test
    void allocatesNothingForDeclaredLengths() throws Exception {
        byte[] wire = Bytes.utf8("*1048576\r\n$536870912\r\nabc").toArray();
        List<RequestParser> parsers =
                IntStream.range(0, 1_000).mapToObj(i -> new RequestParser()).toList();
        assertThat(parsers.get(0).parse(wire, 0, wire.length)).isFalse();
        long before = allocatedBytes();
        for (RequestParser parser : parsers) {
            parser.parse(wire, 0, wire.length);
        }
        assertThat(allocatedBytes() - before).isLessThan(100_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 70_000})
    void refusesLinesWithoutAnEnd(int chunk) {
        assertRefused("a", 'a', chunk, "too big inline request");
        assertRefused("*", '1', chunk, "too big mbulk count string");
        assertRefused("*1\r\n$", '1', chunk, "too big bulk count string");
        assertRefused("*2\r\n$3\r\nGET\r\n$", '1', chunk, "too big bulk count string");
    }

    @Test
    void refusesTooLongInlineRequests() {
        byte[] wire = Bytes.utf8("x".repeat(MAX_LINE + 1) + "\n").toArray();
        assertThatThrownBy(() -> new ParsingClient().receive(wire)).hasMessage("too big inline request");
    }

    private static void assertRefused(String beginning, char filling, int chunk, String message) {
        byte[] more = Bytes.utf8(Character.toString(filling).repeat(chunk)).toArray();
        byte[] wire = Bytes.utf8(beginning + Character.toString(filling).repeat(140_000))
                .toArray();
        RequestParser parser = new RequestParser();
        assertThatThrownBy(() -> {
                    int start = requestStart(beginning);
                    for (int end = beginning.length(); end < wire.length; end += more.length) {
                        assertThat(parser.parse(wire, 0, end)).isFalse();
                        assertThat(end - start)
                                .as("bytes taken of one line")
                                .isLessThanOrEqualTo(MAX_LINE + more.length);
                    }
                })
                .isInstanceOf(RespProtocolException.class)
                .hasMessage(message);
    }

    private static int requestStart(String beginning) {
        return beginning.lastIndexOf('\n') + 1;
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }
}
