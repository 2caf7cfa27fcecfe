package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a request that writes (RFC 9110, section 13): the lines of {@code If-Match} and {@code If-None-Match}, none if the
 * request does not have that field. Immutable.
 */
record WriteConditions(List<String> ifMatch, List<String> ifNoneMatch) {
    static WriteConditions of(HttpServletRequest request) {
        return new WriteConditions(
                Collections.list(request.getHeaders("If-Match")),
                Collections.list(request.getHeaders("If-None-Match")));
    }

    /** Returns whether there are none. */
    boolean areNone() {
        return ifMatch.isEmpty() && ifNoneMatch.isEmpty();
    }

    /** Returns whether all that matters is that there is no such key. */
    boolean wantAbsent() {
        return ifMatch.isEmpty() && isAny(ifNoneMatch);
    }

    /** Returns whether all that matters is that there is such a key. */
    boolean wantPresent() {
        return ifNoneMatch.isEmpty() && isAny(ifMatch);
    }

    /** Returns whether they tell something of the value to who does not know it. */
    boolean compare() {
        return !areNone() && !wantAbsent() && !wantPresent();
    }

    private static boolean isAny(List<String> lines) {
        return lines.size() == 1 && lines.get(0).strip().equals("*");
    }

    /** Returns whether they hold; {@code etag} is that of the value, or null if there is none. */
    boolean allow(@Nullable String etag) {
        if (!ifMatch.isEmpty() && (etag == null || !EntityTags.matchesStrongly(ifMatch, etag))) {
            return false;
        }
        return ifNoneMatch.isEmpty() || etag == null || !EntityTags.matchesWeakly(ifNoneMatch, etag);
    }
}
