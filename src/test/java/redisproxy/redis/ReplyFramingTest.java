package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.RedisInputStream;

final class ReplyFramingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+OK\r\n",
                "-ERR no\r\n",
                ":12\r\n",
                ":-9223372036854775808\r\n",
                "$-1\r\n",
                "$0\r\n\r\n",
                "$3\r\n\r\n\r\r\n",
                "_\r\n",
                ",1.5\r\n",
                "#f\r\n",
                "(123456789012345678901234567890\r\n",
                "!5\r\nERR a\r\n",
                "=5\r\ntxt:a\r\n",
                "*-1\r\n",
                "*0\r\n",
                "*2\r\n*1\r\n$1\r\na\r\n%1\r\n+k\r\n~2\r\n:1\r\n:2\r\n",
                "%0\r\n"
            })
    void aReplyEndsWhereItsReaderEnds(String reply) throws Exception {
        byte[] bytes = ("xx" + reply + "+").getBytes(ISO_8859_1);
        int end = bytes.length - 1;
        for (int limit = 2; limit < end; limit++) {
            assertThat(ReplyFraming.end(bytes, 2, limit))
                    .as("%d bytes", limit - 2)
                    .isEqualTo(ReplyFraming.INCOMPLETE);
        }
        assertThat(ReplyFraming.end(bytes, 2, end)).isEqualTo(end);
        assertThat(ReplyFraming.end(bytes, 2, end + 1)).isEqualTo(end);
        RedisInputStream in = new RedisInputStream(new ByteArrayInputStream(bytes, 2, bytes.length - 2));
        assertThat(new RawReader(in).reply()).isNotNull();
        assertThat(in.available()).as("what the reader leaves").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">1\r\n+a\r\n",
                "|1\r\n+a\r\n+b\r\n:1\r\n",
                "hello\r\n",
                "$x\r\n",
                "$-2\r\n",
                "$\r\n",
                "$12345678901\r\n",
                "*1\r\n>0\r\n",
                "*-2\r\n"
            })
    void whatIsNoPlainReplyIsLeftToAReader(String bytes) {
        byte[] given = bytes.getBytes(ISO_8859_1);
        assertThat(ReplyFraming.end(given, 0, given.length)).isEqualTo(ReplyFraming.OTHER);
    }

    @Test
    void aLargeAnnouncementIsIncomplete() {
        byte[] given = "*4000000000\r\n$2147483647\r\nabc".getBytes(ISO_8859_1);
        assertThat(ReplyFraming.end(given, 0, given.length)).isEqualTo(ReplyFraming.INCOMPLETE);
    }
}
