package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    static Stream<Arguments> emptyRequests() {
        return Stream.of("\\r\\n", "\\n", "   \\r\\n", "*0\\r\\n", "*-1\\r\\n", "*-123456\\r\\n")
                .map(Bytes::escaped)
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("redisproxy.resp.ParsedRequests#wellFormed")
    void parsesWhatArrivesWhole(Bytes wire, List<Bytes> expected) throws Exception {
        assertThat(new ParsingClient().receive(wire.toArray())).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("redisproxy.resp.ParsedRequests#wellFormed")
    void parsesThroughEverySplit(Bytes wire, List<Bytes> expected) throws Exception {
        byte[] bytes = wire.toArray();
        for (int first = 0; first < bytes.length; first++) {
            for (int second = first; second < bytes.length; second++) {
                ParsingClient client = new ParsingClient();
                assertThat(client.receive(Arrays.copyOf(bytes, first))).isEmpty();
                assertThat(client.receive(Arrays.copyOfRange(bytes, first, second)))
                        .isEmpty();
                assertThat(client.receive(Arrays.copyOfRange(bytes, second, bytes.length)))
                        .containsExactly(expected);
                assertThat(client.unread()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("redisproxy.resp.ParsedRequests#wellFormed")
    void completesAtTheLastByte(Bytes wire, List<Bytes> expected) throws Exception {
        byte[] bytes = wire.toArray();
        ParsingClient client = new ParsingClient();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(client.receive(bytes[i])).isEmpty();
        }
        assertThat(client.receive(bytes[bytes.length - 1])).containsExactly(expected);
    }

    @ParameterizedTest
    @MethodSource("emptyRequests")
    void emptyRequestsHaveNoArguments(Bytes wire) throws Exception {
        assertThat(new ParsingClient().receive(wire.toArray())).containsExactly(List.of());
    }

    @Test
    void parsesPipelinesThroughEverySplit() throws Exception {
        Bytes wire = Bytes.of();
        List<List<Bytes>> expected = new ArrayList<>();
        for (Arguments fixture : ParsedRequests.wellFormed().toList()) {
            wire = wire.plus((Bytes) fixture.get()[0]).plus(Bytes.escaped("\\r\\n*0\\r\\n"));
            @SuppressWarnings("unchecked")
            List<Bytes> request = (List<Bytes>) fixture.get()[1];
            expected.addAll(List.of(request, List.of(), List.of()));
        }
        byte[] bytes = wire.toArray();
        for (int split = 0; split <= bytes.length; split++) {
            ParsingClient client = new ParsingClient();
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

    /** A complete request may wait to be executed while its bytes move and their old place is used again. */
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

    @Test
    void readsWhatClientsEncode() throws Exception {
        Bytes wire = RespClient.encode(Bytes.everyValue(), Bytes.of(), Bytes.utf8("ü"));
        assertThat(new ParsingClient().receive(wire.toArray()))
                .containsExactly(List.of(Bytes.everyValue(), Bytes.of(), Bytes.utf8("ü")));
    }
}
