package redisproxy.jetty;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Authority;
import redisproxy.auth.Principal;
import redisproxy.auth.Users;
import redisproxy.http.BrowserPolicy;
import redisproxy.http.HttpLogins;
import redisproxy.http.RequestTarget;
import redisproxy.http.TraceParent;

/**
 * Recognises a {@code GET} that differs in nothing but the key from one that Jetty has parsed before, on the same connection or,
 * if it is the first of its connection, on another one of the port:
 * <pre>
 * GET /key HTTP/1.1\r\n          any key that cannot be misread, or /query?key=key
 * Host: ...\r\n                  from here on, byte for byte what Jetty has
 * ...\r\n                        parsed, and nothing in it changes how
 * \r\n                           the request is answered
 * </pre>
 * So only Jetty parses header fields, and each connection's repeated requests cost a comparison. Not thread-safe.
 */
final class RepeatedHead {
    /** More bytes are needed to tell. */
    static final int INCOMPLETE = 0;

    /** No such request begins here. */
    static final int NONE = -1;

    private static final int ESCAPE_BYTES = 3;
    private static final byte[] PERCENT = {'%'};
    private static final byte[] BEFORE_KEY = "GET /".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEFORE_PARAMETER = "GET /query?key=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_KEY = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECTION_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Each connection keeps its own; what browsers send fits. */
    private static final int MAX_BYTES = 4 * 1024;

    /**
     * Header fields that frame a message, say what to do with the connection, or change the answer (RFC 9110, 9111, 9112).
     */
    private static final Set<HttpHeader> MEANINGFUL = Set.of(
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.TRANSFER_ENCODING,
            HttpHeader.TRAILER,
            HttpHeader.TE,
            HttpHeader.EXPECT,
            HttpHeader.UPGRADE,
            HttpHeader.HTTP2_SETTINGS,
            HttpHeader.CACHE_CONTROL,
            HttpHeader.PRAGMA,
            HttpHeader.IF_MATCH,
            HttpHeader.IF_NONE_MATCH);

    private final RepeatableHeads heads;
    private final Authority authority;
    private final Supplier<List<String>> certificateNames;

    /** The users that were asked who sends {@link #known}. */
    private Users users;

    /** The policy for browsers by which it may be repeated. */
    private RepeatableHeads.State pages;

    /** Who that is; nobody else, since its credentials are part of it. */
    private Principal principal = Principal.NOBODY;

    /** What follows the request line of a request without any such field; null until one is learned. */
    private byte @Nullable [] known;

    /** The same of the request that Jetty is about to parse. */
    private byte @Nullable [] candidate;

    /** The same of the last request that must not be repeated, unless it had credentials. */
    private byte @Nullable [] meaningful;

    /** Jetty has been given bytes and has not parsed a request yet, so what follows may not begin one. */
    private boolean inRequest;

    private int keyStart;
    private int keyEnd;

    /** {@code certificateNames} returns the names in the certificate that the client has shown, or none. */
    RepeatedHead(RepeatableHeads heads, Authority authority, Supplier<List<String>> certificateNames) {
        this.certificateNames = certificateNames;
        this.heads = heads;
        this.authority = authority;
        this.pages = heads.now();
        this.users = authority.current();
    }

    /**
     * Returns where the request ends that the bytes from {@code start} to {@code end} begin with, {@link #INCOMPLETE} if they
     * are the beginning of one, or {@link #NONE}.
     */
    int match(byte[] source, int start, int end) {
        if (inRequest || !mayBe(BEFORE_KEY, source, start, end)) {
            return NONE;
        }
        forgetIfRulesHaveChanged();
        locateKey(source, start, end);
        int sectionStart = keyEnd + AFTER_KEY.length;
        if (known == null) {
            findLearned(source, sectionStart, end);
        }
        if (known == null) {
            return NONE;
        }
        if (!mayGoOn(source, start, end)
                && (keyEnd == keyStart
                        || !mayBe(AFTER_KEY, source, keyEnd, end)
                        || !mayBe(known, source, sectionStart, end))) {
            return NONE;
        }
        int requestEnd = sectionStart + known.length;
        if (requestEnd <= end) {
            return requestEnd;
        }
        return end - start < MAX_BYTES ? INCOMPLETE : NONE;
    }

    @SuppressWarnings("ReferenceEquality") // other rules are another object
    private void forgetIfRulesHaveChanged() {
        Users now = authority.current();
        RepeatableHeads.State nowPages = heads.now();
        if (now != users || nowPages != pages) {
            users = now;
            pages = nowPages;
            known = null;
            principal = Principal.NOBODY;
        }
    }

    /** What connections share has no credentials. */
    private void findLearned(byte[] source, int sectionStart, int end) {
        Principal sender = find(List.of());
        if (sender != null && sender.mayGetSome()) {
            known = pages.heads().find(source, sectionStart, end);
            principal = sender;
        }
    }

    /** Returns whether the sender of the request that {@link #match} has just recognised may read its key. */
    boolean mayRead(byte[] source) {
        if (principal.mayGetAll()) {
            return true;
        }
        for (int i = keyStart; i < keyEnd; i++) {
            if (source[i] == PERCENT[0]) {
                // Jetty gets the bytes as they are if the sender may not.
                byte[] key = Arrays.copyOfRange(source, keyStart, keyEnd);
                return principal.mayGet(key, 0, RequestTarget.decodeKey(key, 0, key.length));
            }
        }
        return principal.mayGet(source, keyStart, keyEnd - keyStart);
    }

    /** Returns whether the sender of that request has proved to be somebody: then its answer is for nobody else. */
    boolean isOfSomebody() {
        return principal != users.anonymous(/* isLocal= */ false);
    }

    private void locateKey(byte[] source, int start, int end) {
        if (isAt(BEFORE_PARAMETER, source, start, end)) {
            keyStart = start + BEFORE_PARAMETER.length;
            keyEnd = RequestTarget.parameterEnd(source, keyStart, end);
        } else {
            keyStart = start + BEFORE_KEY.length;
            keyEnd = RequestTarget.keyEnd(source, keyStart, end);
        }
    }

    /** Returns whether the key may go on, since the target is incomplete. */
    private boolean mayGoOn(byte[] source, int start, int end) {
        boolean isInEscape = end - keyEnd < ESCAPE_BYTES && isAt(PERCENT, source, keyEnd, end);
        return isInEscape || (end - start <= BEFORE_PARAMETER.length && mayBe(BEFORE_PARAMETER, source, start, end));
    }

    /** Returns where the key begins of the request that {@link #match} has just recognised. */
    int keyStart() {
        return keyStart;
    }

    /** Returns where the key ends of the request that {@link #match} has just recognised. */
    int keyEnd() {
        return keyEnd;
    }

    /**
     * Notes that Jetty gets bytes to parse, and returns where those end: before the bytes of further requests, if the first
     * request may be repeated.
     */
    int propose(byte[] source, int start, int end) {
        candidate = null;
        inRequest = true;
        if (!isAt(BEFORE_KEY, source, start, end)) {
            return end;
        }
        locateKey(source, start, end);
        if (!isAt(AFTER_KEY, source, keyEnd, end)) {
            return end;
        }
        int sectionStart = keyEnd + AFTER_KEY.length;
        int sectionEnd = sectionEnd(source, sectionStart, Math.min(end, sectionStart + MAX_BYTES));
        if (sectionEnd < 0) {
            return end;
        }
        if (meaningful != null && isAt(meaningful, source, sectionStart, sectionEnd)) {
            return end;
        }
        candidate = Arrays.copyOfRange(source, sectionStart, sectionEnd);
        return sectionEnd;
    }

    private static int sectionEnd(byte[] source, int start, int end) {
        for (int at = start; at < end; at++) {
            if (source[at] == '\r' && isAt(SECTION_END, source, at, end)) {
                return at + SECTION_END.length;
            }
        }
        return -1;
    }

    /**
     * Notes what Jetty has read in the proposed bytes.
     *
     * @param fields the header fields in them
     * @param isWhole whether that one request was all of them
     */
    void parsed(HttpFields fields, boolean isWhole) {
        forgetIfRulesHaveChanged();
        if (candidate != null && isWhole && isMeaningless(fields) && isPlain(fields)) {
            learn(candidate, fields);
        } else if (candidate != null && !fields.contains(HttpHeader.AUTHORIZATION)) {
            meaningful = candidate;
        }
        candidate = null;
        inRequest = false;
    }

    /**
     * Learns a header section if its sender is let in. Only this connection learns one with credentials, which are not kept while they
     * have no meaning.
     */
    private void learn(byte[] section, HttpFields fields) {
        List<String> credentials = fields.getValuesList(HttpHeader.AUTHORIZATION);
        if (users.isOpen() && !credentials.isEmpty()) {
            return;
        }
        Principal sender = find(credentials);
        if (sender != null && sender.mayGetSome()) {
            known = credentials.isEmpty() ? pages.heads().add(section) : section;
            principal = sender;
        }
    }

    private @Nullable Principal find(List<String> credentials) {
        List<String> names = users.isOpen() ? List.of() : certificateNames.get();
        return HttpLogins.find(users, credentials, names, /* isLocal= */ false);
    }

    /** The answer depends on the fields that browsers send if a page of another origin asks, or one for another host. */
    private boolean isPlain(HttpFields fields) {
        return pages.policy().judge(fields.get(HttpHeader.HOST), fields::getValuesList) == BrowserPolicy.Verdict.PLAIN;
    }

    /** Returns whether none of the fields changes how a GET is answered, but for those that say who sends it. */
    static boolean isMeaningless(HttpFields fields) {
        for (HttpField field : fields) {
            HttpHeader header = field.getHeader();
            if (header == HttpHeader.CONNECTION && !HttpHeaderValue.KEEP_ALIVE.is(field.getValue())) {
                return false;
            }
            // Loads are told of the trace that their request is part of, which the servlet reads.
            boolean isTrace = header == null && TraceParent.FIELD.equalsIgnoreCase(field.getName());
            if (isTrace || (header != null && MEANINGFUL.contains(header))) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many bytes of header sections are kept. */
    int bytes() {
        return length(known) + length(candidate) + length(meaningful);
    }

    private static int length(byte @Nullable [] section) {
        return section == null ? 0 : section.length;
    }

    /** Returns whether the bytes from {@code start} begin as expected. */
    static boolean isAt(byte[] expected, byte[] source, int start, int end) {
        return start >= 0
                && end - start >= expected.length
                && Arrays.equals(expected, 0, expected.length, source, start, start + expected.length);
    }

    /** Returns whether the bytes begin as expected as far as there are any. */
    private static boolean mayBe(byte[] expected, byte[] source, int start, int end) {
        int length = Math.max(0, Math.min(expected.length, end - start));
        return length == 0 || Arrays.equals(expected, 0, length, source, start, start + length);
    }
}
