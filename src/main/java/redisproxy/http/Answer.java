package redisproxy.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;

/**
 * The answer to a request: its status, headers and body. {@link Answers} makes all answers, whether the servlet sends them or
 * the server does without it. Immutable.
 */
public final class Answer implements AnswerHead {
    private static final byte[] NOTHING = {};

    /** The tag of an answer that is no value. */
    static final long NO_TAG = 0;

    private final Head head;
    private final long tag;
    private final @Nullable HeaderField cacheControl;
    private final HeaderField cacheStatus;
    private final boolean mayBeNotModified;
    private final byte[] body;
    private final int offset;
    private final int length;
    private final @Nullable String allow;

    private Answer(
            Head head,
            long tag,
            @Nullable HeaderField cacheControl,
            HeaderField cacheStatus,
            boolean mayBeNotModified,
            byte[] body,
            int offset,
            int length) {
        this(head, tag, cacheControl, cacheStatus, mayBeNotModified, body, offset, length, null);
    }

    private Answer(
            Head head,
            long tag,
            @Nullable HeaderField cacheControl,
            HeaderField cacheStatus,
            boolean mayBeNotModified,
            byte[] body,
            int offset,
            int length,
            @Nullable String allow) {
        this.allow = allow;
        this.head = head;
        this.tag = tag;
        this.cacheControl = cacheControl;
        this.cacheStatus = cacheStatus;
        this.mayBeNotModified = mayBeNotModified;
        this.body = body;
        this.offset = offset;
        this.length = length;
    }

    /** Statuses with the headers that always belong to them, without those that frame a message or date it. */
    public enum Head {
        WELCOME(200, Headers.TEXT, Headers.NO_CACHE),
        OPTIONS(204, null, Headers.NO_STORE),
        CREATED(201, null, Headers.NO_STORE),
        WRITTEN(204, null, Headers.NO_STORE),
        TEXT_VALUE(200, Headers.TEXT),
        BINARY_VALUE(200, Headers.BYTES),
        NOT_MODIFIED(304, null),
        BAD_REQUEST(400, Headers.TEXT, Headers.NO_STORE),
        UNAUTHORIZED(401, Headers.TEXT, Headers.NO_STORE, Headers.CHALLENGES),
        FORBIDDEN(403, Headers.TEXT, Headers.NO_STORE),
        ABSENT(404, null),
        NOT_DELETED(404, null, Headers.NO_STORE),
        METHOD_NOT_ALLOWED(405, Headers.TEXT, Headers.NO_STORE),
        REQUEST_TIMEOUT(408, Headers.TEXT, Headers.NO_STORE),
        WRONG_TYPE(409, Headers.TEXT, Headers.NO_STORE),
        PRECONDITION_FAILED(412, Headers.TEXT, Headers.NO_STORE),
        TOO_LARGE(413, Headers.TEXT, Headers.NO_STORE),
        UNSUPPORTED_MEDIA(415, Headers.TEXT, Headers.NO_STORE),
        MISDIRECTED(421, Headers.TEXT, Headers.NO_STORE),
        TOO_MANY_LOGINS(429, Headers.TEXT, Headers.NO_STORE, Map.entry("Retry-After", "4")),
        UNAVAILABLE(503, Headers.TEXT, Headers.NO_STORE, Map.entry("Retry-After", "1")),
        NOT_CACHED(504, Headers.TEXT, Headers.NO_STORE);

        private final int status;
        private final @Nullable String contentType;

        @SuppressWarnings("ImmutableEnumChecker") // Map.ofEntries makes an immutable one
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

    /** Headers of every response. With this one a browser does not guess another content type. */
    public static final Map<String, String> COMMON_HEADERS = Map.of("X-Content-Type-Options", "nosniff");

    /** Headers beside these of a refusal that the server makes by itself. */
    public static final Map<String, String> REFUSAL_HEADERS =
            Map.ofEntries(Headers.NO_STORE, CacheStatus.NO_LOOKUP.entry());

    /**
     * Makes the answer from an entry. The body is the array of the entry itself.
     *
     * @param mayBeNotModified whether a client that has the value already may be told so instead
     */
    static Answer of(Entry entry, HeaderField cacheControl, HeaderField cacheStatus, boolean mayBeNotModified) {
        if (entry.isAbsent()) {
            return new Answer(Head.ABSENT, NO_TAG, cacheControl, cacheStatus, false, NOTHING, 0, 0);
        }
        long tag = Representation.tag(entry);
        return new Answer(
                valueHead(entry),
                tag,
                cacheControl,
                cacheStatus,
                mayBeNotModified,
                entry.array(),
                entry.valueOffset(),
                entry.valueLength());
    }

    /** Returns the head of a value. To be asked after {@link Representation#tag}. */
    static Head valueHead(Entry entry) {
        return Representation.isText(entry) ? Head.TEXT_VALUE : Head.BINARY_VALUE;
    }

    /** Makes an answer to a request for which no key was looked up. */
    static Answer text(Head head, String text) {
        return text(head, text, CacheStatus.NO_LOOKUP);
    }

    static Answer text(Head head, String text, HeaderField cacheStatus) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new Answer(head, NO_TAG, null, cacheStatus, false, body, 0, body.length);
    }

    /**
     * Makes the answer to a request that has been executed by Redis.
     *
     * @param tag that of the value that the key has now, or {@link #NO_TAG}
     */
    static Answer written(Head head, long tag) {
        return new Answer(head, tag, null, CacheStatus.WRITE, false, NOTHING, 0, 0);
    }

    /** Returns whether {@link #notModified} may take the place of this answer. */
    boolean mayBeNotModified() {
        return mayBeNotModified;
    }

    /**
     * Returns the answer for a client that has the value already: the answer to HEAD with another status (RFC 9110, section
     * 15.4.5).
     */
    Answer notModified() {
        return new Answer(Head.NOT_MODIFIED, tag, cacheControl, cacheStatus, false, body, offset, length);
    }

    /** Returns the answer for a client that wants another value than the key has, or any value at all. */
    Answer failedPrecondition() {
        return text(Head.PRECONDITION_FAILED, "the key has no value that If-Match names\n", cacheStatus);
    }

    /** Returns the same answer, which tells these methods. The servlet sends them; a server without it never needs them. */
    Answer allowing(List<String> methods) {
        return new Answer(
                head,
                tag,
                cacheControl,
                cacheStatus,
                mayBeNotModified,
                body,
                offset,
                length,
                String.join(", ", methods));
    }

    @Nullable
    String allow() {
        return allow;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public boolean hasValue() {
        return tag != NO_TAG;
    }

    @Override
    public long tag() {
        return tag;
    }

    /** Returns the value of ETag. Call it only if {@link #hasValue}. */
    public String etag() {
        return EntityTag.quoted(tag);
    }

    @Override
    public @Nullable HeaderField cacheControl() {
        return cacheControl;
    }

    @Override
    public HeaderField cacheStatus() {
        return cacheStatus;
    }

    /** Returns the array that contains the body. Never write to it: it may be the cache's own. */
    public byte[] body() {
        return body;
    }

    /** Returns the index in the array at which the body begins. */
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    private static final class Headers {
        static final String TEXT = "text/plain; charset=utf-8";
        static final String BYTES = "application/octet-stream";
        static final Map.Entry<String, String> NO_CACHE = Map.entry("Cache-Control", "no-cache");
        static final Map.Entry<String, String> CHALLENGES = Map.entry(
                "WWW-Authenticate", "Basic realm=\"redis-proxy\", charset=\"UTF-8\", Bearer realm=\"redis-proxy\"");
        static final Map.Entry<String, String> NO_STORE = Map.entry("Cache-Control", "no-store");

        private Headers() {}
    }
}
