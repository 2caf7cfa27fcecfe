package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;

/**
 * The conditions of a request: {@code If-Match} and {@code If-None-Match} (RFC 9110, section 13). Those on times are left
 * out, since Redis tells none.
 */
final class Preconditions {
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";

    private Preconditions() {}

    /** Returns what to answer a request that gets {@code answer} if its conditions allow (section 13.2.2). */
    static Answer apply(HttpServletRequest request, Answer answer) {
        if (!answer.hasValue() && answer.head() != Answer.Head.ABSENT) {
            return answer;
        }
        if (request.getHeader(IF_MATCH) != null && !(answer.hasValue() && matchesStrongly(request, answer))) {
            return answer.failedPrecondition();
        }
        boolean isKnown =
                answer.hasValue() && request.getHeader(IF_NONE_MATCH) != null && matchesWeakly(request, answer);
        return isKnown ? answer.notModified() : answer;
    }

    private static boolean matchesStrongly(HttpServletRequest request, Answer answer) {
        return EntityTags.matchesStrongly(Collections.list(request.getHeaders(IF_MATCH)), answer.etag());
    }

    private static boolean matchesWeakly(HttpServletRequest request, Answer answer) {
        return EntityTags.matchesWeakly(Collections.list(request.getHeaders(IF_NONE_MATCH)), answer.etag());
    }
}
