package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.redis.RespReader.ErrorReply;
import redisproxy.redis.RespReader.SimpleString;
import redisproxy.testkit.Allocation;

final class RespReaderTest {
    @Test
    void readsReplyAfterReply() {
        RespReader reader =
                reader("$3\r\nabc\r\n$0\r\n\r\n$-1\r\n_\r\n:-2\r\n+OK\r\n-ERR no\r\n$4\r\n\r\n\r\n\r\n:7\r\n");
        assertThat((byte[]) reader.reply()).asString(ISO_8859_1).isEqualTo("abc");
        assertThat((byte[]) reader.reply()).isEmpty();
        assertThat(reader.reply()).isNull();
        assertThat(reader.reply()).isNull();
        assertThat(reader.reply()).isEqualTo(-2L);
        assertThat(reader.reply()).isEqualTo(new SimpleString("OK"));
        assertThat(reader.reply()).isEqualTo(new ErrorReply("ERR no"));
        assertThat((byte[]) reader.reply()).asString(ISO_8859_1).isEqualTo("\r\n\r\n");
        assertThat(reader.reply()).isEqualTo(7L);
    }

    @Test
    void readsAVerbatimStringWithoutItsFormat() {
        assertThat((byte[]) reader("=7\r\ntxt:abc\r\n").reply()).isEqualTo("abc".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "+5, 5",
        "0012, 12",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808"
    })
    void readsIntegers(String digits, long number) {
        assertThat(reader(":" + digits + "\r\n").reply()).isEqualTo(number);
    }

    @Test
    void passesOverPushMessagesAndAttributes() {
        assertThat(reader(">2\r\n+news\r\n$1\r\nx\r\n|1\r\n+ttl\r\n:5\r\n:1\r\n")
                        .reply())
                .isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$3\r\nabcXY",
                "$3\r\nabc\r\r",
                "$3\r\nabc\n\n",
                "$3\r\nabcd\r\n",
                "$-5\r\n",
                "$-1x\r\n",
                "$-1\r\r",
                "$-\r\n",
                "$99999999999\r\n",
                "$2147482624\r\n",
                "$+3\r\nabc\r\n",
                "$ 3\r\nabc\r\n",
                "$3 \r\nabc\r\n",
                "$3\nabc\r\n",
                "$3\r\rabc\r\n",
                "$\r\n\r\n",
                "$x\r\n",
                ":\r\n",
                ":-\r\n",
                ":1x\r\n",
                ":1\r1",
                ":9223372036854775808\r\n",
                ":-9223372036854775809\r\n",
                ":99999999999999999999\r\n",
                "_x\r\n",
                "*-1\r\n",
                "*1\r\n$1\r\na\r\n",
                "%0\r\n",
                "#t\r\n",
                ",1.5\r\n",
                "=3\r\ntxt\r\n",
                "=-1\r\n",
                "hello\r\n",
                "\0\r\n",
                "+OK\rX\r\n"
            })
    void refusesAnythingElse(String reply) {
        // What follows would make up for bytes that are missing.
        assertThatThrownBy(() -> reader(reply + "$2\r\nok\r\n").reply()).isInstanceOf(MalformedReplyException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "$", "$3", "$3\r", "$3\r\n", "$3\r\nab", "$3\r\nabc", "$3\r\nabc\r", ":1", "-ERR", "+"})
    void failsAtTheEnd(String reply) {
        assertThatThrownBy(() -> reader(reply).reply()).isInstanceOf(JedisConnectionException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8_191, 8_192, 65_535, 65_536, 65_537, 262_144, 262_145, 5_000_000})
    void readsValuesOfAnySize(int length) {
        byte[] value = new byte[length];
        new Random(length).nextBytes(value);
        RespReader reader = reader(TrackingPeer.bulk(new String(value, ISO_8859_1)) + ":1\r\n");
        assertThat((byte[]) reader.reply()).isEqualTo(value);
        assertThat(reader.reply()).isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$536870912\r\nk", "=536870912\r\nk", ">2147483647\r\n+news\r\n", "|2147483647\r\n+k\r\n"})
    void believesNoLengthThatDoesNotComeTrue(String reply) {
        byte[] bytes = reply.getBytes(ISO_8859_1);
        Allocation.isBounded(
                bytes,
                () -> assertThatThrownBy(() -> reader(reply).reply()).isInstanceOf(JedisConnectionException.class));
    }

    @Test
    void lineIsBounded() {
        InputStream endless = new InputStream() {
            private boolean isBegun;

            @Override
            public int read() {
                int next = isBegun ? 'x' : '-';
                isBegun = true;
                return next;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                target[offset] = (byte) read();
                return 1;
            }
        };
        assertThatThrownBy(() -> new RespReader(new RedisInputStream(endless)).reply())
                .hasMessage("a line of more than 65536 bytes");
    }

    private static RespReader reader(String latin1) {
        return new RespReader(new RedisInputStream(new ByteArrayInputStream(latin1.getBytes(ISO_8859_1))));
    }
}
