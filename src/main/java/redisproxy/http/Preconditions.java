package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;

/**
 * The conditions of a request: {@code If-Match} and {@code If-None-Match} (RFC 9110, section 13). Conditions on times are
 * ignored, since Redis keeps no time of modification.
 */
final class Preconditions {
    private static final String IF_MATCH = "If-Match";
    private static final String IF_NONE_MATCH = "If-None-Match";

    private Preconditions() {}

    /** Returns {@code answer} if the conditions of the request allow it, else the answer in its place (section 13.2.2). */
    static Answer apply(HttpServletRequest request, Answer answer, Answers answers) {
        if (!answer.hasValue() && answer.head() != Answer.Head.ABSENT) {
            return answer;
        }
        if (request.getHeader(IF_MATCH) != null && !(answer.hasValue() && matchesStrongly(request, answer))) {
            return answers.failedPrecondition(answer);
        }
        boolean isKnown =
                answer.mayBeNotModified() && request.getHeader(IF_NONE_MATCH) != null && matchesWeakly(request, answer);
        return isKnown ? answers.notModified(answer) : answer;
    }

    private static boolean matchesStrongly(HttpServletRequest request, Answer answer) {
        return EntityTags.matchesStrongly(Collections.list(request.getHeaders(IF_MATCH)), answer.etag());
    }

    private static boolean matchesWeakly(HttpServletRequest request, Answer answer) {
        return EntityTags.matchesWeakly(Collections.list(request.getHeaders(IF_NONE_MATCH)), answer.etag());
    }
}
