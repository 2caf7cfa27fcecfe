package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes an {@link Answer} as a servlet's response. */
final class Responses {
    private Responses() {}

    static void head(HttpServletResponse response, Answer answer) {
        Answer.Head head = answer.head();
        Answer.COMMON_HEADERS.forEach(response::setHeader);
        response.setStatus(head.status());
        head.headers().forEach(response::setHeader);
        if (head.contentType() != null) {
            response.setContentType(head.contentType());
        }
        if (answer.cacheControl() != null) {
            set(response, answer.cacheControl());
        }
        set(response, answer.cacheStatus());
        if (answer.allow() != null) {
            response.setHeader("Allow", answer.allow());
        }
        if (answer.hasValue()) {
            response.setHeader("ETag", answer.etag());
        }
    }

    private static void set(HttpServletResponse response, HeaderField field) {
        response.setHeader(field.name(), field.value());
    }

    /**
     * Writes an answer that fits into the response's buffer. Sets the length only if no body follows; otherwise the container
     * sets it. A container that knows the length writes the last byte at once, and waits for a client that does not
     * read.
     */
    static void writeWhole(HttpServletRequest request, HttpServletResponse response, Answer answer) throws IOException {
        head(response, answer);
        if (isHeadOnly(request, answer)) {
            response.setContentLength(answer.length());
        } else if (answer.length() > 0) {
            response.getOutputStream().write(answer.body(), answer.offset(), answer.length());
        }
    }

    /** Returns whether no body follows. Content-Length is then still the length of the value. */
    static boolean isHeadOnly(HttpServletRequest request, Answer answer) {
        return request.getMethod().equals("HEAD") || answer.head() == Answer.Head.NOT_MODIFIED;
    }
}
