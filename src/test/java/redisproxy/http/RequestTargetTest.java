package redisproxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redisproxy.testkit.Bytes;

final class RequestTargetTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/Batman, -, Batman",
                "/a/b/c, -, a/b/c",
                "//a, -, /a",
                "//, -, /",
                "/a/, -, a/",
                "/a%2Fb, -, a/b",
                "/a+b, -, a+b",
                "/../a, -, ../a",
                "/., -, .",
                "/a;b=c, -, a;b=c",
                "/a, x=y, a",
                "/a, key=b, a",
                "/query, -, query",
                "/query, '', query",
                "/query, x=y, query",
                "/query, keys=y, query",
                "/query, key=x, x",
                "//query, key=x, x",
                "//query, -, /query",
                "///query, key=x, //query",
                "/query/, key=x, query/",
                "/Query, key=x, Query",
                "/que%72y, key=x, query",
                "/query, a=b&key=x&c=d, x",
                "/query, key=a+b%2Bc, a b+c",
                "/query, key=a=b, a=b",
                "/query, key=/a/b?c, /a/b?c",
                "/query, k%65y=x, x",
                "/query, &&key=x&, x"
            })
    void findsTheKey(String path, String query, String key) throws Exception {
        assertThat(Bytes.of(RequestTarget.key(path, query))).isEqualTo(Bytes.utf8(key));
    }

    @Test
    void rootHasNoKey() throws Exception {
        assertThat(RequestTarget.key("/", null)).isNull();
        assertThat(RequestTarget.key("/", "key=x")).isNull();
        assertThat(RequestTarget.key("", null)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"key=", "key", "a=b&key=", "key=&a=b"})
    void refusesEmptyParameter(String query) {
        assertRefused("/query", query, "the parameter 'key' is empty");
    }

    @ParameterizedTest
    @CsvSource({"key=a&key=b", "key=a&key=a", "key=a&x=y&k%65y=b", "key=a&key="})
    void refusesRepeatedParameter(String query) {
        assertRefused("/query", query, "the parameter 'key' is given more than once");
    }

    @Test
    void refusesMalformedEncoding() {
        assertRefused("/a%2", null, "malformed percent-encoding at '%2'");
        assertRefused("/query", "key=%zz", "malformed percent-encoding at '%zz'");
    }

    /** Both readers find the same key. */
    @Test
    void keysInBytesAreThoseInText() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] path = new byte[1 + random.nextInt(8)];
            for (int j = 0; j < path.length; j++) {
                path[j] = (byte)
                        (random.nextInt(3) == 0 ? "/.%?;#&+=2aF".charAt(random.nextInt(12)) : random.nextInt(256));
            }
            int end = RequestTarget.keyEnd(path, 0, path.length);
            String text = new String(path, 0, end, StandardCharsets.ISO_8859_1);
            if (end > 0) {
                byte[] decoded = Arrays.copyOf(path, end);
                byte[] key = Arrays.copyOf(decoded, RequestTarget.decodeKey(decoded, 0, end));
                assertThat(RequestTarget.key("/" + text, null)).as(text).isEqualTo(key);
            }
            int parameterEnd = RequestTarget.parameterEnd(path, 0, path.length);
            String parameter = new String(path, 0, parameterEnd, StandardCharsets.ISO_8859_1);
            if (parameterEnd > 0) {
                byte[] key = Arrays.copyOf(path, RequestTarget.decodeKey(path, 0, parameterEnd));
                assertThat(RequestTarget.key("/query", "key=" + parameter))
                        .as(parameter)
                        .isEqualTo(key);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "k,1", "a/b.c,5", "a?b,1", "a b,1", ".,0", "a/.b,0", "/k,0", "a//b,4", "a%20b,5", "a%2,1", "a%2x,1", "%,0",
        "a%,1"
    })
    void findsTheEndOfAKey(String path, int end) {
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        assertThat(RequestTarget.keyEnd(bytes, 0, bytes.length)).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({"k,1", "/./,3", "..,2", "a=b,3", "a&b,1", "a+b,1", "a%2Bb,5", "a%2,1", "a b,1", "&,0"})
    void findsTheEndOfAParameter(String parameter, int end) {
        byte[] bytes = parameter.getBytes(StandardCharsets.US_ASCII);
        assertThat(RequestTarget.parameterEnd(bytes, 0, bytes.length)).isEqualTo(end);
    }

    private static void assertRefused(String path, String query, String message) {
        assertThatThrownBy(() -> RequestTarget.key(path, query))
                .isInstanceOf(BadTargetException.class)
                .hasMessage(message);
    }
}
