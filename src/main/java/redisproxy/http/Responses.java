package redisproxy.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Status lines and headers that do not carry a value. */
final class Responses {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String BYTES = "application/octet-stream";

    private static final String RETRY_AFTER_SECONDS = "1";

    private Responses() {}

    /** What every response says: a browser may not guess another type. */
    static void common(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    static void empty(HttpServletResponse response, int status) {
        response.setStatus(status);
        response.setContentLength(0);
    }

    /** A short text, or for HEAD only its length. */
    static void text(HttpServletRequest request, HttpServletResponse response, int status, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(TEXT);
        response.setContentLength(body.length);
        if (!isHead(request)) {
            response.getOutputStream().write(body);
        }
    }

    static void unavailable(HttpServletRequest request, HttpServletResponse response, String cause) throws IOException {
        response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        text(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, cause + "\n");
    }

    static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }
}
