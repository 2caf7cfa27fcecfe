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
    }

    /**
     * Writes an answer that fits into the response's buffer, or for HEAD only tells its length. Otherwise the container
     * adds the length: had it been told, it would write the last byte out at once, and wait for a client that does not
     * read.
     */
    static void writeWhole(HttpServletRequest request, HttpServletResponse response, Answer answer) throws IOException {
        head(response, answer);
        if (isHead(request)) {
            response.setContentLength(answer.length());
        } else if (answer.length() > 0) {
            response.getOutputStream().write(answer.body(), answer.offset(), answer.length());
        }
    }

    static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }
}
