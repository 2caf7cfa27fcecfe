package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;

/**
 * What a request is answered with: the one place that decides on status, headers and body, whoever sends them.
 * Immutable.
 */
public final class Answer {
    private static final byte[] NOTHING = {};

    private final Head head;
    private final byte[] body;
    private final int offset;
    private final int length;

    private Answer(Head head, byte[] body, int offset, int length) {
        this.head = head;
        this.body = body;
        this.offset = offset;
        this.length = length;
    }

    /** Statuses with the headers that belong to them, but for those that frame a message or date it. */
    public enum Head {
        WELCOME(200, Headers.TEXT),
        TEXT_VALUE(200, Headers.TEXT),
        BINARY_VALUE(200, Headers.BYTES),
        BAD_TARGET(400, Headers.TEXT),
        ABSENT(404, null),
        METHOD_NOT_ALLOWED(405, Headers.TEXT, Map.entry("Allow", "GET, HEAD")),
        WRONG_TYPE(409, Headers.TEXT),
        UNAVAILABLE(503, Headers.TEXT, Map.entry("Retry-After", "1"));

        private final int status;
        private final @Nullable String contentType;

        @SuppressWarnings("ImmutableEnumChecker") // Map.ofEntries makes it
        private final Map<String, String> headers;

        @SafeVarargs
        @SuppressWarnings("varargs")
        Head(int status, @Nullable String contentType, Map.Entry<String, String>... headers) {
            this.status = status;
            this.contentType = contentType;
            this.headers = Map.ofEntries(headers);
        }

        /** Returns the status code. */
        public int status() {
            return status;
        }

        /** Returns the Content-Type, or null if there is no body. */
        public @Nullable String contentType() {
            return contentType;
        }

        /** Returns the headers beside Content-Type, by name. */
        public Map<String, String> headers() {
            return headers;
        }
    }

    /** What every response says: a browser may not guess another type. */
    public static final Map<String, String> COMMON_HEADERS = Map.of("X-Content-Type-Options", "nosniff");

    /** What is known of a key. */
    public static Answer of(Entry entry) {
        if (entry.isAbsent()) {
            return new Answer(Head.ABSENT, NOTHING, 0, 0);
        }
        Head head = entry.isUtf8() ? Head.TEXT_VALUE : Head.BINARY_VALUE;
        return new Answer(head, entry.array(), entry.valueOffset(), entry.valueLength());
    }

    /** A load that failed. */
    public static Answer of(BackingStoreException cause) {
        return text(cause.isWrongType() ? Head.WRONG_TYPE : Head.UNAVAILABLE, cause.getMessage() + "\n");
    }

    static Answer text(Head head, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new Answer(head, body, 0, body.length);
    }

    /** Returns the status and the headers. */
    public Head head() {
        return head;
    }

    /** Returns the array that the body lies in. Never write to it: it may be the cache's own. */
    public byte[] body() {
        return body;
    }

    /** Returns where in the array the body begins. */
    public int offset() {
        return offset;
    }

    /** Returns the length of the body in bytes. */
    public int length() {
        return length;
    }

    private static final class Headers {
        static final String TEXT = "text/plain; charset=utf-8";
        static final String BYTES = "application/octet-stream";

        private Headers() {}
    }
}
