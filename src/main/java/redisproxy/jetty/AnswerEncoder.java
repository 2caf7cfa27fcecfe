package redisproxy.jetty;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import redisproxy.http.Answer;
import redisproxy.http.AnswerHead;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.Browsers;
import redisproxy.http.HeaderField;
import redisproxy.net.Decimals;

/**
 * Encodes answers as HTTP/1.1 responses (RFC 9112). What is the same for all answers of one second is encoded once. Thread-safe.
 */
final class AnswerEncoder {
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ETAG = "ETag: \"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ETAG_END = "\"\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECTION_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** The most bytes that {@link #putHead} puts. */
    static final int MAX_HEAD_BYTES = 4 * 1024;

    private final Supplier<HttpField> date;
    private final Browsers browsers;
    private volatile @Nullable Dated current;

    /**
     * Makes an encoder.
     *
     * @param date dates responses, and returns the same object within one second
     * @param browsers has headers of every response beside {@link Answer#COMMON_HEADERS}
     */
    AnswerEncoder(Supplier<HttpField> date, Browsers browsers) {
        this.date = date;
        this.browsers = browsers;
    }

    /**
     * Puts all but the body.
     *
     * @param closes whether to tell the client that the connection ends after this response
     * @param isPrivate whether caches between may keep it for nobody else
     */
    void putHead(AnswerHead answer, boolean closes, boolean isPrivate, ByteBuffer out) {
        out.put(dated().head(answer.head()));
        HeaderField cacheControl = answer.cacheControl();
        if (cacheControl != null) {
            if (isPrivate) {
                cacheControl.putPrivateLine(out);
            } else {
                cacheControl.putLine(out);
            }
        }
        answer.cacheStatus().putLine(out);
        if (answer.hasValue()) {
            putEtag(answer.tag(), out);
        }
        if (closes) {
            out.put(CLOSE);
        }
        out.put(CONTENT_LENGTH);
        Decimals.put(out, answer.length());
        out.put(SECTION_END);
    }

    /** Returns a whole response after which the connection ends. */
    byte[] last(Answer answer) {
        ByteBuffer out = ByteBuffer.allocate(MAX_HEAD_BYTES + answer.length());
        putHead(answer, /* closes= */ true, /* isPrivate= */ false, out);
        out.put(answer.body(), answer.offset(), answer.length());
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void putEtag(long tag, ByteBuffer out) {
        out.put(ETAG);
        out.putLong(hexDigits((int) (tag >>> 32)));
        out.putLong(hexDigits((int) tag));
        out.put(ETAG_END);
    }

    /** Returns the eight hexadecimal digits of 32 bits in ASCII, the first in the highest byte. */
    static long hexDigits(int bits) {
        long digits = bits & 0xFFFF_FFFFL;
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFFL;
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FFL;
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
        // 1 in each byte whose digit is a letter: adding 6 to 10 or more carries into the next four bits.
        long letters = (digits + 0x0606_0606_0606_0606L) >>> 4 & 0x0101_0101_0101_0101L;
        return digits + 0x3030_3030_3030_3030L + letters * ('a' - '0' - 10);
    }

    @SuppressWarnings("ReferenceEquality") // an equal one would do, but there is never one
    private Dated dated() {
        HttpField now = date.get();
        BrowserPolicy policy = browsers.now();
        Dated dated = current;
        if (dated == null || dated.date != now || dated.policy != policy) {
            dated = new Dated(now, policy);
            current = dated;
        }
        return dated;
    }

    private static final class Dated {
        final HttpField date;
        final BrowserPolicy policy;
        private final Map<Answer.Head, byte[]> heads = new EnumMap<>(Answer.Head.class);

        Dated(HttpField date, BrowserPolicy policy) {
            this.date = date;
            this.policy = policy;
            Map<String, String> commonHeaders = policy.commonHeaders();
            for (Answer.Head head : Answer.Head.values()) {
                heads.put(head, encode(head, commonHeaders));
            }
        }

        byte[] head(Answer.Head head) {
            return requireNonNull(heads.get(head));
        }

        private byte[] encode(Answer.Head head, Map<String, String> commonHeaders) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(ascii("HTTP/1.1 %d %s\r\n".formatted(head.status(), HttpStatus.getMessage(head.status()))));
            out.writeBytes(line(HttpHeader.DATE.asString(), date.getValue()));
            writeAll(Answer.COMMON_HEADERS, out);
            writeAll(commonHeaders, out);
            writeAll(head.headers(), out);
            if (head.contentType() != null) {
                out.writeBytes(line(HttpHeader.CONTENT_TYPE.asString(), head.contentType()));
            }
            return out.toByteArray();
        }

        private static void writeAll(Map<String, String> headers, ByteArrayOutputStream out) {
            headers.forEach((name, value) -> out.writeBytes(line(name, value)));
        }

        private static byte[] line(String name, String value) {
            return ascii(name + ": " + value + "\r\n");
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }
}
