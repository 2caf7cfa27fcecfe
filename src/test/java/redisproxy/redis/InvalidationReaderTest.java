package redisproxy.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;
import redisproxy.redis.InvalidationReader.Message;

final class InvalidationReaderTest {
    private static final String INVALIDATE = ">2\r\n$10\r\ninvalidate\r\n";

    private final ReportedKeys told = new ReportedKeys();

    @Test
    void tellsOneKey() {
        assertThat(read(INVALIDATE + "*1\r\n$1\r\nk\r\n")).isEqualTo(Message.INVALIDATION);
        assertThat(told.keys).containsExactly("k");
    }

    @Test
    void tellsKeysOfAnyBytes() {
        assertThat(read(INVALIDATE + "*4\r\n$0\r\n\r\n$4\r\n\r\n\0\u00ff\r\n$2\r\n$1\r\n$1\r\nk\r\n"))
                .isEqualTo(Message.INVALIDATION);
        assertThat(told.keys).containsExactly("", "\r\n\0\u00ff", "$1", "k");
    }

    @Test
    void tellsNoKey() {
        assertThat(read(INVALIDATE + "*0\r\n")).isEqualTo(Message.INVALIDATION);
        assertThat(told.keys).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_\r\n", "$-1\r\n", "*-1\r\n"})
    void nullMeansAllKeys(String spelling) {
        assertThat(read(INVALIDATE + spelling)).isEqualTo(Message.INVALIDATION);
        assertThat(told.keys).containsExactly("(all)");
    }

    @Test
    void tellsMessageAfterMessage() {
        InvalidationReader reader = reader(INVALIDATE + "*1\r\n$1\r\na\r\n" + "+PONG\r\n" + INVALIDATE + "_\r\n"
                + ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n*2\r\n:1\r\n%1\r\n+k\r\n~1\r\n#t\r\n" + "$4\r\nPONG\r\n"
                + INVALIDATE + "*1\r\n$1\r\nb\r\n");
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            messages.add(reader.read());
        }
        assertThat(messages)
                .containsExactly(
                        Message.INVALIDATION,
                        Message.REPLY,
                        Message.INVALIDATION,
                        Message.OTHER,
                        Message.REPLY,
                        Message.INVALIDATION);
        assertThat(told.keys).containsExactly("a", "(all)", "b");
        assertThatThrownBy(reader::read).isInstanceOf(JedisConnectionException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">1\r\n$4\r\nnews\r\n",
                ">3\r\n$10\r\ninvalidate\r\n:1\r\n:2\r\n",
                ">2\r\n+news\r\n,1.5\r\n",
                ">2\r\n+news\r\n(12345678901234567890\r\n",
                ">2\r\n+news\r\n=7\r\ntxt:abc\r\n",
                ">2\r\n+news\r\n!3\r\nERR\r\n",
                ">2\r\n+news\r\n$-1\r\n",
                "|1\r\n+ttl\r\n:5\r\n"
            })
    void passesOverWhatItDoesNotKnow(String message) {
        InvalidationReader reader = reader(message + "+PONG\r\n");
        assertThat(reader.read()).isEqualTo(Message.OTHER);
        assertThat(reader.read()).isEqualTo(Message.REPLY);
        assertThat(told.keys).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ">",
                ">2",
                ">2\r\n$10\r\ninvali",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nk",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nkey\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$3\r\nkeyXY>2\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n:1\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$-1\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*-2\r\n",
                ">2\r\n$10\r\ninvalidate\r\n:1\r\n",
                ">2\r\n$10\r\ninvalidate\r\n$1\r\nk\r\n",
                ">0\r\n",
                ">-1\r\n",
                ">2\r\n:5\r\n:6\r\n",
                ">1\r\n$21\r\ntracking-redir-broken\r\n",
                "-ERR no\r\n",
                "hello\r\n",
                "\0\0\0\0\r\n",
                "?\r\n"
            })
    void anythingElseIsALoss(String message) {
        assertThatThrownBy(() -> read(message)).isInstanceOf(JedisConnectionException.class);
    }

    /* --------------- Size --------------- */

    @Test
    void holdsOneKeyOfAMillion() {
        int count = 1_000_000;
        int[] made = new int[1];
        InputStream stream = new InputStream() {
            private byte[] piece = (INVALIDATE + "*" + count + "\r\n").getBytes(ISO_8859_1);
            private int at;

            @Override
            public int read() {
                if (at == piece.length) {
                    String key = "key:" + made[0]++;
                    piece = TrackingPeer.bulk(key).getBytes(ISO_8859_1);
                    at = 0;
                }
                return piece[at++];
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                for (int i = 0; i < length; i++) {
                    target[offset + i] = (byte) read();
                }
                return length;
            }
        };
        int[] heard = new int[1];
        int[] lag = new int[1];
        ReportedKeys counting = new ReportedKeys() {
            @Override
            public void invalidate(byte[] key) {
                heard[0]++;
                lag[0] = Math.max(lag[0], made[0] - heard[0]);
            }
        };
        assertThat(new InvalidationReader(new RedisInputStream(stream), counting).read())
                .isEqualTo(Message.INVALIDATION);
        assertThat(heard[0]).isEqualTo(count);
        assertThat(lag[0]).as("keys that were read ahead").isLessThan(10_000);
    }

    @Test
    void takesAKeyLargerThanAnyBuffer() {
        String key = "k".repeat(1_000_000);
        read(INVALIDATE + "*1\r\n" + TrackingPeer.bulk(key));
        assertThat(told.keys).containsExactly(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$536870912\r\nk",
                ">2\r\n$10\r\ninvalidate\r\n*2147483647\r\n$1\r\nk\r\n",
                ">2\r\n$10\r\ninvalidate\r\n*1\r\n$2147483647\r\nk",
                ">2147483647\r\n+news\r\n",
                ">2\r\n$536870912\r\ninvalidate",
                ">2\r\n+news\r\n$2147483647\r\nk",
                "*2147483647\r\n",
                "%2147483647\r\n"
            })
    void believesNoLengthThatDoesNotComeTrue(String message) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        InvalidationReader reader = reader(message);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(reader::read).isInstanceOf(JedisConnectionException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 * 1024 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*1\r\n", "%1\r\n:1\r\n", "~1\r\n", "|1\r\n:1\r\n"})
    void nestingIsBounded(String level) {
        assertThatThrownBy(() -> read(level.repeat(100_000))).hasMessageContaining("nested");
        assertThatThrownBy(() -> read(">2\r\n+news\r\n" + level.repeat(100_000)))
                .hasMessageContaining("nested");
    }

    private Message read(String latin1) {
        return reader(latin1).read();
    }

    private InvalidationReader reader(String latin1) {
        byte[] bytes = latin1.getBytes(ISO_8859_1);
        return new InvalidationReader(new RedisInputStream(new ByteArrayInputStream(bytes)), told);
    }
}
