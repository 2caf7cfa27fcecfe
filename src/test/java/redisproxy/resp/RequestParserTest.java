package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import redisproxy.testkit.Bytes;
import redisproxy.testkit.RespClient;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestParserTest {
    private static final int MAX_LINE = 64 * 1024;

    /* --------------- Requests --------------- */

    static Stream<Arguments> fixtures() {
        return Stream.of(
                fixture("*1\\r\\n$4\\r\\nPING\\r\\n", "PING"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n", "GET|k"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$0\\r\\n\\r\\n", "GET|"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$4\\r\\n\\r\\n\\r\\n\\r\\n", "GET|\\r\\n\\r\\n"),
                fixture("*2\\r\\n$3\\r\\nGET\\r\\n$5\\r\\n*1\\r\\n$\\r\\n", "GET|*1\\r\\n$"),
                fixture(
                        "*1\\r\\n$12\\r\\n\\x00\\xFF\\x80\\x0D\\x0A\\x7F$*-+: \\r\\n",
                        "\\x00\\xFF\\x80\\x0D\\x0A\\x7F$*-+: "),
                fixture(
                        "*6\\r\\n$1\\r\\na\\r\\n$1\\r\\nb\\r\\n$1\\r\\nc\\r\\n$1\\r\\nd\\r\\n$1\\r\\ne\\r\\n$2\\r\\nfg\\r\\n",
                        "a|b|c|d|e|fg"),
                fixture("*10\\r\\n" + "$1\\r\\nx\\r\\n".repeat(10), "x|x|x|x|x|x|x|x|x|x"),
                fixture("*1\\r\\n$20\\r\\n12345678901234567890\\r\\n", "12345678901234567890"),
                fixture("PING\\r\\n", "PING"),
                fixture("PING\\n", "PING"),
                fixture("  get \\x09 k  \\r\\n", "get|k"),
                fixture("GET \"a b\"\\r\\n", "GET|a b"),
                fixture("GET \"\\\\x00\\\\xfF\\\\n\" '\\xFE'\\r\\n", "GET|\\x00\\xFF\\n|\\xFE"),
                fixture("GET a\\x0Db\\n", "GET|a|b"),
                fixture("SET \"\" ''\\n", "SET||"));
    }

    static Stream<Arguments> emptyRequests() {
        return Stream.of("\\r\\n", "\\n", "   \\r\\n", "*0\\r\\n", "*-1\\r\\n", "*-123456\\r\\n")
                .map(Bytes::escaped)
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void parsesWhatArrivesWhole(Bytes wire, List<Bytes> expected) throws Exception {
        assertThat(new Client().receive(wire.toArray())).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void parsesThroughEverySplit(Bytes wire, List<Bytes> expected) throws Exception {
        byte[] bytes = wire.toArray();
        for (int first = 0; first < bytes.length; first++) {
            for (int second = first; second < bytes.length; second++) {
                Client client = new Client();
                assertThat(client.receive(Arrays.copyOf(bytes, first))).isEmpty();
                assertThat(client.receive(Arrays.copyOfRange(bytes, first, second)))
                        .isEmpty();
                assertThat(client.receive(Arrays.copyOfRange(bytes, second, bytes.length)))
                        .containsExactly(expected);
                assertThat(client.unread).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void completesAtTheLastByte(Bytes wire, List<Bytes> expected) throws Exception {
        byte[] bytes = wire.toArray();
        Client client = new Client();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(client.receive(bytes[i])).isEmpty();
        }
        assertThat(client.receive(bytes[bytes.length - 1])).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("emptyRequests")
    void emptyRequestsHaveNoArguments(Bytes wire) throws Exception {
        assertThat(new Client().receive(wire.toArray())).containsExactly(List.of());
    }

    @Test
    void parsesPipelinesThroughEverySplit() throws Exception {
        Bytes wire = Bytes.of();
        List<List<Bytes>> expected = new ArrayList<>();
        for (Arguments fixture : fixtures().toList()) {
            wire = wire.plus((Bytes) fixture.get()[0]).plus(Bytes.escaped("\\r\\n*0\\r\\n"));
            @SuppressWarnings("unchecked")
            List<Bytes> request = (List<Bytes>) fixture.get()[1];
            expected.addAll(List.of(request, List.of(), List.of()));
        }
        byte[] bytes = wire.toArray();
        for (int split = 0; split <= bytes.length; split++) {
            Client client = new Client();
            List<List<Bytes>> requests = new ArrayList<>(client.receive(Arrays.copyOf(bytes, split)));
            requests.addAll(client.receive(Arrays.copyOfRange(bytes, split, bytes.length)));
            assertThat(requests).as("split at %d", split).isEqualTo(expected);
        }
    }

    @Test
    void argumentsAreRangesOfTheBuffer() throws Exception {
        byte[] buffer =
                Bytes.utf8("#####*2\r\n$3\r\nGET\r\n$5\r\nvalue\r\n####").toArray();
        RequestParser parser = new RequestParser();
        assertThat(parser.parse(buffer, 5, buffer.length - 4)).isTrue();
        assertThat(parser.array()).isSameAs(buffer);
        assertThat(parser.text(1)).isEqualTo("value");
        assertThat(parser.bytes(1)).isEqualTo(Arrays.copyOfRange(buffer, parser.offset(1), parser.offset(1) + 5));
        assertThat(parser.requestLength()).isEqualTo(buffer.length - 9);
    }

    @Test
    void looksAtNothingBeyondTheEnd() throws Exception {
        byte[] buffer = Bytes.utf8("*1\r\n$4\r\nPING\r\n").toArray();
        RequestParser parser = new RequestParser();
        for (int end = 0; end < buffer.length; end++) {
            assertThat(parser.parse(buffer, 0, end)).isFalse();
        }
        assertThat(parser.parse(buffer, 0, buffer.length)).isTrue();
    }

    /** A request may be complete and wait, while its bytes move and their old place is used for others. */
    @ParameterizedTest
    @ValueSource(strings = {"*2\r\n$4\r\nECHO\r\n$5\r\nfirst\r\n", "ECHO 'first'\r\n"})
    void completeRequestsMayMove(String wire) throws Exception {
        byte[] place = Bytes.utf8(wire).toArray();
        RequestParser parser = new RequestParser();
        assertThat(parser.parse(place, 0, place.length)).isTrue();
        byte[] other = Bytes.utf8("##" + wire).toArray();
        Arrays.fill(place, (byte) 'x');
        assertThat(parser.parse(other, 2, other.length)).isTrue();
        assertThat(parser.text(0)).isEqualTo("ECHO");
        assertThat(parser.text(1)).isEqualTo("first");
        assertThat(parser.requestLength()).isEqualTo(wire.length());
    }

    /* --------------- Limits --------------- */

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
        assertThat(new Client().receive(Bytes.utf8("GET " + word + "\n").toArray()))
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

    /* --------------- Errors --------------- */

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
        assertThatThrownBy(() -> new Client().receive(Bytes.utf8(wire).toArray()))
                .isInstanceOf(RespProtocolException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void refusesThroughEverySplit(String wire, String message) {
        byte[] bytes = Bytes.utf8("PING\r\n" + wire).toArray();
        for (int split = 0; split <= bytes.length; split++) {
            Client client = new Client();
            byte[] head = Arrays.copyOf(bytes, split);
            byte[] tail = Arrays.copyOfRange(bytes, split, bytes.length);
            assertThatThrownBy(() -> {
                        client.receive(head);
                        client.receive(tail);
                    })
                    .as("split at %d", split)
                    .isInstanceOf(RespProtocolException.class)
                    .hasMessage(message);
            assertThat(client.received).isEqualTo(1);
        }
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
        assertThatThrownBy(() -> new Client().receive(wire)).hasMessage("too big inline request");
    }

    /** Which has no end of a line, so that Redis itself would wait for more. */
    @Test
    void refusesTlsHandshakes() {
        for (byte[] pieces : new byte[][] {{22, 3, 1, 2, 0, 1}, {22, 3}}) {
            assertThatThrownBy(() -> new Client().receive(pieces)).hasMessage("unexpected TLS handshake");
            assertThatThrownBy(() -> {
                        Client client = new Client();
                        client.receive(new byte[] {pieces[0]});
                        client.receive(Arrays.copyOfRange(pieces, 1, pieces.length));
                    })
                    .hasMessage("unexpected TLS handshake");
        }
    }

    /* --------------- Random bytes --------------- */

    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytesDoNoHarm(long seed) {
        Random random = new Random(seed);
        byte[] alphabet = Bytes.escaped("*$0123456789-\\r\\n\\r\\n\"'\\\\x GETk\\x00\\xFF")
                .toArray();
        Client client = new Client();
        try {
            for (int i = 0; i < 200; i++) {
                byte[] chunk = new byte[random.nextInt(40)];
                for (int at = 0; at < chunk.length; at++) {
                    chunk[at] = random.nextInt(50) == 0
                            ? (byte) random.nextInt()
                            : alphabet[random.nextInt(alphabet.length)];
                }
                client.receive(chunk);
            }
        } catch (RespProtocolException refused) {
            assertThat(refused).hasMessageMatching("(?s)(invalid|expected|too big|unbalanced) .*");
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedRequestsDoNoHarm(long seed) {
        Random random = new Random(seed);
        List<Arguments> fixtures = fixtures().toList();
        Client client = new Client();
        try {
            for (int i = 0; i < 50; i++) {
                byte[] wire =
                        ((Bytes) fixtures.get(random.nextInt(fixtures.size())).get()[0]).toArray();
                if (random.nextInt(4) == 0) {
                    wire[random.nextInt(wire.length)] = (byte) random.nextInt();
                }
                client.receive(wire);
            }
        } catch (RespProtocolException refused) {
            assertThat(refused).hasMessageMatching("(?s)(invalid|expected|too big|unbalanced) .*");
        }
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

    private static Arguments fixture(String wire, String arguments) {
        return Arguments.of(
                Bytes.escaped(wire),
                Stream.of(arguments.split("\\|", -1)).map(Bytes::escaped).toList());
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    /** Keeps what is not parsed yet, and moves it to another place each time more comes. */
    private static final class Client {
        private final RequestParser parser = new RequestParser();
        private byte[] unread = {};
        private int moves;
        private int received;

        List<List<Bytes>> receive(byte... more) throws RespProtocolException {
            int shift = moves++ % 7;
            byte[] buffer = new byte[shift + unread.length + more.length + shift];
            Arrays.fill(buffer, (byte) '\n');
            System.arraycopy(unread, 0, buffer, shift, unread.length);
            System.arraycopy(more, 0, buffer, shift + unread.length, more.length);
            int start = shift;
            int end = buffer.length - shift;
            List<List<Bytes>> requests = new ArrayList<>();
            while (parser.parse(buffer, start, end)) {
                requests.add(arguments());
                received++;
                assertThat(parser.requestLength()).isBetween(1, end - start);
                start += parser.requestLength();
                parser.next();
            }
            unread = Arrays.copyOfRange(buffer, start, end);
            return requests;
        }

        private List<Bytes> arguments() {
            List<Bytes> arguments = new ArrayList<>();
            for (int i = 0; i < parser.count(); i++) {
                arguments.add(Bytes.of(parser.bytes(i)));
            }
            return arguments;
        }
    }

    @Test
    void readsWhatClientsEncode() throws Exception {
        Bytes wire = RespClient.encode(Bytes.everyValue(), Bytes.of(), Bytes.utf8("ü"));
        assertThat(new Client().receive(wire.toArray()))
                .containsExactly(List.of(Bytes.everyValue(), Bytes.of(), Bytes.utf8("ü")));
    }
}
