package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.testkit.Allocation;
import redisproxy.upstream.RawReply;

final class RawReaderTest {
    private static final String[] REPLIES = {
        "+OK\r\n",
        "-ERR no\r\n",
        ":-12\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "$0\r\n\r\n",
        "$4\r\n\r\n\r\n\r\n",
        "*0\r\n",
        "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
        "%1\r\n+k\r\n*2\r\n#t\r\n,1.5\r\n",
        "~2\r\n(123456789012345678901\r\n_\r\n",
        "=7\r\ntxt:abc\r\n",
        "!5\r\nERR x\r\n",
        "|1\r\n+ttl\r\n:5\r\n*2\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n"
    };

    @Test
    void returnsReplyAfterReplyByteForByte() {
        RawReader reader = reader(String.join("", REPLIES));
        for (String reply : REPLIES) {
            assertThat(reader.next().text()).isEqualTo(reply);
        }
    }

    @Test
    void passesOverPushMessages() {
        RawReader reader = reader(">2\r\n+news\r\n*1\r\n:1\r\n>1\r\n+x\r\n+OK\r\n>1\r\n+y\r\n");
        assertThat(reader.reply().text()).isEqualTo("+OK\r\n");
        assertThat(reader.next().text()).isEqualTo(">1\r\n+y\r\n");
    }

    @Test
    void tellsTheCodeOfAnError() {
        assertThat(reader("-MOVED 1 a:2\r\n").next().errorCode()).isEqualTo("MOVED");
        assertThat(reader("+OK\r\n").next().errorCode()).isNull();
    }

    @Test
    void chunksFollowOneAnother() {
        Random random = new Random(1);
        StringBuilder all = new StringBuilder("*300\r\n");
        for (int i = 0; i < 300; i++) {
            String value = "v".repeat(random.nextInt(20_000));
            all.append("$").append(value.length()).append("\r\n").append(value).append("\r\n");
        }
        RawReply reply = reader(all.toString() + "+OK\r\n").next();
        assertThat(reply.size()).isEqualTo(all.length());
        assertThat(reply.text()).isEqualTo(all.toString());
    }

    @Test
    void nestsAsDeepAsAScriptMay() {
        String nested = "*1\r\n".repeat(20_000) + ":1\r\n";
        assertThat(reader(nested).next().text()).isEqualTo(nested);
        assertThatThrownBy(() -> reader("*1\r\n".repeat(RawReader.MAX_DEPTH + 1) + ":1\r\n")
                        .next())
                .isInstanceOf(MalformedReplyException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n",
                "$x\r\n",
                "$3\r\nabcd\r\n",
                "$3\r\nab",
                "*1\r\n>0\r\n",
                "+a\n",
                "*-2\r\n",
                "*2147483648\r\n",
                "$?\r\n",
                "+a\rb\r\n",
                "*1\r\n"
            })
    void refusesWhatIsNoReply(String bytes) {
        assertThatThrownBy(() -> reader(bytes).next()).isInstanceOf(JedisConnectionException.class);
    }

    @Test
    void believesNoLength() {
        for (String head : new String[] {"$2147483647\r\nabc", "*2147483647\r\n:1\r\n", "%2147483647\r\n:1\r\n"}) {
            RawReader reader = reader(head);
            Allocation.isBounded(
                    head.getBytes(ISO_8859_1),
                    () -> assertThatThrownBy(reader::next).isInstanceOf(JedisConnectionException.class));
        }
    }

    @Test
    void readsOverWhatDoesNotFitIntoTheHeap() {
        long most = Runtime.getRuntime().maxMemory();
        int elements = (int) (most / 1_000_000 + 1);
        RawReader reader = new RawReader(new RedisInputStream(replies(elements)));
        assertThat(reader.reply()).isNull();
        assertThat(reader.excess()).isNotNull();
        assertThat(reader.size()).isGreaterThan(most);
        assertThat(reader.reply().text()).isEqualTo("+OK\r\n");
    }

    /** Returns an array of so many values of a million bytes, and a reply after it. */
    @SuppressWarnings("JdkObsolete") // SequenceInputStream takes nothing else.
    private static InputStream replies(int elements) {
        byte[] element = ("$1000000\r\n" + "x".repeat(1_000_000) + "\r\n").getBytes(ISO_8859_1);
        Iterator<InputStream> parts = Stream.of(
                        Stream.of(bytes("*" + elements + "\r\n")),
                        Stream.generate(() -> new ByteArrayInputStream(element)).limit(elements),
                        Stream.of(bytes("+OK\r\n")))
                .<InputStream>flatMap(each -> each)
                .iterator();
        return new SequenceInputStream(new Enumeration<InputStream>() {
            @Override
            public boolean hasMoreElements() {
                return parts.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return parts.next();
            }
        });
    }

    private static ByteArrayInputStream bytes(String latin1) {
        return new ByteArrayInputStream(latin1.getBytes(ISO_8859_1));
    }

    private static RawReader reader(String latin1) {
        return new RawReader(new RedisInputStream(bytes(latin1)));
    }
}
