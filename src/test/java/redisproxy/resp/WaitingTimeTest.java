package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.testkit.RespClient;
import redisproxy.upstream.PinnedConnection;

final class WaitingTimeTest {
    @ParameterizedTest
    @CsvSource({
        "BLPOP a b 2, 2000",
        "BRPOP a 0.25, 250",
        "BLPOP a 0, -1",
        "BLPOP a x, 0",
        "BLPOP a -1, 0",
        "BLPOP a nan, 0",
        "BZPOPMIN a 1e30, -1",
        "BLMOVE a b LEFT RIGHT 3, 3000",
        "BRPOPLPUSH a b 4, 4000",
        "BLMPOP 5 1 a LEFT, 5000",
        "BZMPOP 0 1 a MIN, -1",
        "WAIT 1 700, 700",
        "WAITAOF 1 1 0, -1",
        "XREAD COUNT 1 BLOCK 60 STREAMS s $, 60",
        "XREAD BLOCK 0 STREAMS s $, -1",
        "XREAD COUNT 1 STREAMS block 5, 0",
        "XREADGROUP GROUP g c BLOCK 10 STREAMS s >, 10",
        "MODULE.WAIT x, -1"
    })
    void isWhatTheRequestSays(String request, long millis) throws RespProtocolException {
        RequestParser arguments = new RequestParser(() -> false);
        byte[] bytes = RespClient.encode(request.split(" ", -1)).toArray();
        assertThat(arguments.parse(bytes, 0, bytes.length)).isTrue();
        String name = arguments.text(0).toLowerCase(Locale.ROOT);
        assertThat(WaitingTime.nanos(name, arguments))
                .isEqualTo(
                        millis < 0
                                ? PinnedConnection.ANY_TIME
                                : Duration.ofMillis(millis).toNanos());
    }
}
