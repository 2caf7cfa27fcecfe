package redisproxy.jetty;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import redisproxy.http.Answer;

/** Encodes answers as HTTP/1.1 responses (RFC 9112), the part that is the same for a second only once. Thread-safe. */
final class AnswerEncoder {
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECTION_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Supplier<HttpField> date;
    private volatile @Nullable Dated current;

    /** Makes an encoder that dates responses by {@code date}, which returns the same object for a second. */
    AnswerEncoder(Supplier<HttpField> date) {
        this.date = date;
    }

    /** Puts all but the body. */
    void putHead(Answer answer, boolean closes, ByteBuffer out) {
        out.put(dated().head(answer.head()));
        if (closes) {
            out.put(CLOSE);
        }
        out.put(CONTENT_LENGTH);
        putDecimal(answer.length(), out);
        out.put(SECTION_END);
    }

    @SuppressWarnings("ReferenceEquality") // an equal one would do, but there is none
    private Dated dated() {
        HttpField now = date.get();
        Dated dated = current;
        if (dated == null || dated.date != now) {
            dated = new Dated(now);
            current = dated;
        }
        return dated;
    }

    private static void putDecimal(int value, ByteBuffer out) {
        int divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.put((byte) ('0' + value / divisor % 10));
        }
    }

    private static final class Dated {
        final HttpField date;
        private final Map<Answer.Head, byte[]> heads = new EnumMap<>(Answer.Head.class);

        Dated(HttpField date) {
            this.date = date;
            for (Answer.Head head : Answer.Head.values()) {
                heads.put(head, encode(head));
            }
        }

        byte[] head(Answer.Head head) {
            return requireNonNull(heads.get(head));
        }

        private byte[] encode(Answer.Head head) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(ascii("HTTP/1.1 %d %s\r\n".formatted(head.status(), HttpStatus.getMessage(head.status()))));
            out.writeBytes(line(HttpHeader.DATE.asString(), date.getValue()));
            writeAll(Answer.COMMON_HEADERS, out);
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
