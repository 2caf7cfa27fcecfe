package redisproxy.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Checks what Jetty's parser leaves open in a request line, while its bytes arrive (RFC 9112, sections 2.2, 2.3 and 3):
 * <pre>
 * \r\n                        empty lines before it are skipped
 * GET /key HTTP/1.1\r\n       one space between two parts; HTTP in upper case
 * </pre>
 * A server in front that reads a request line in another way than this one would take one request for another. Not thread-safe.
 */
final class RequestLine {
    /** Nothing is wrong so far. */
    static final int OK = 0;

    private static final int SPACES = 2;

    /** A CR before the line waits for its LF. */
    private boolean afterReturn;

    private boolean afterSpace;
    private boolean hasLowerCaseVersion;
    private boolean isComplete;
    private int spaces;

    /** Begins a line. Empty lines before it may have arrived. */
    void begin() {
        afterSpace = false;
        hasLowerCaseVersion = false;
        isComplete = false;
        spaces = 0;
    }

    /**
     * Consumes the line ends that {@code buffer} begins with, which are before the line.
     *
     * @return the status to refuse the request with, or {@link #OK}
     */
    int skipLineEnds(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            byte next = buffer.get(buffer.position());
            if (afterReturn && next != '\n') {
                return HttpStatus.BAD_REQUEST_400;
            }
            if (next != '\n' && next != '\r') {
                return OK;
            }
            afterReturn = next == '\r';
            buffer.position(buffer.position() + 1);
        }
        return OK;
    }

    /**
     * Looks at the bytes of the line that {@code buffer} begins with, and consumes none.
     *
     * @return the status to refuse the request with, or {@link #OK}
     */
    int check(ByteBuffer buffer) {
        for (int at = buffer.position(); at < buffer.limit() && !isComplete; at++) {
            byte next = buffer.get(at);
            if (next == '\n') {
                isComplete = true;
                return statusOfLine();
            }
            if (next == ' ' && afterSpace) {
                return HttpStatus.BAD_REQUEST_400;
            }
            afterSpace = next == ' ';
            if (afterSpace) {
                spaces++;
            } else if (spaces == SPACES && next >= 'a' && next <= 'z') {
                hasLowerCaseVersion = true;
            }
        }
        return OK;
    }

    private int statusOfLine() {
        if (spaces > SPACES) {
            return HttpStatus.BAD_REQUEST_400;
        }
        return hasLowerCaseVersion ? HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 : OK;
    }
}
