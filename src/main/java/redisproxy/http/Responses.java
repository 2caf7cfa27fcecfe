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

    static void empty(HttpServletRequest request, HttpServletResponse response, int status) {
        response.setStatus(status);
        if (isHead(request)) {
            response.setContentLength(0);
        }
    }

    /** A short text, or for HEAD only its length. */
    static void text(HttpServletRequest request, HttpServletResponse response, int status, String text)
            throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType(TEXT);
        writeWhole(request, response, body, 0, body.length);
    }

    static void unavailable(HttpServletRequest request, HttpServletResponse response, String cause) throws IOException {
        response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        text(request, response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, cause + "\n");
    }

    /**
     * Writes a body that fits into the response's buffer, or for HEAD only tells its length. Otherwise the container adds
     * the length: had it been told, it would write the last byte out at once, and wait for a client that does not read.
     */
    static void writeWhole(
            HttpServletRequest request, HttpServletResponse response, byte[] source, int offset, int length)
            throws IOException {
        if (isHead(request)) {
            response.setContentLength(length);
        } else {
            response.getOutputStream().write(source, offset, length);
        }
    }

    static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }
}
