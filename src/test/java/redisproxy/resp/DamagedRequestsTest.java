package redisproxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redisproxy.testkit.Bytes;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DamagedRequestsTest {
    static LongStream seeds() {
        return LongStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytesDoNoHarm(long seed) {
        Random random = new Random(seed);
        byte[] alphabet = Bytes.escaped("*$0123456789-\\r\\n\\r\\n\"'\\\\x GETk\\x00\\xFF")
                .toArray();
        ParsingClient client = new ParsingClient();
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
        List<Arguments> fixtures = ParsedRequests.wellFormed().toList();
        ParsingClient client = new ParsingClient();
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
}
