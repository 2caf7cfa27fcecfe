package redisproxy.jetty;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The transfer codings of one request, over all its {@code Transfer-Encoding} fields (RFC 9112, sections 6.1 and 6.3). Only
 * {@code chunked} is understood, once. A request in which it is not the last has no certain end. Not thread-safe.
 */
final class TransferCodings {
    private static final String CHUNKED = "chunked";

    private boolean isGiven;
    private boolean isChunked;
    private boolean isUnderstood;

    /** Forgets the codings of the request before. */
    void begin() {
        isGiven = false;
        isChunked = false;
        isUnderstood = true;
    }

    /**
     * Takes the value of a field.
     *
     * @throws HttpException.RuntimeException with 400 if a coding follows {@code chunked}
     */
    void add(String value) {
        isGiven = true;
        for (String element : value.split(",", -1)) {
            String coding = element.strip();
            if (coding.isEmpty()) {
                continue;
            }
            if (isChunked) {
                throw refusal(HttpStatus.BAD_REQUEST_400, "Transfer-Encoding after chunked");
            }
            if (coding.equalsIgnoreCase(CHUNKED)) {
                isChunked = true;
            } else {
                isUnderstood = false;
            }
        }
    }

    /**
     * Checks the codings of all fields.
     *
     * @throws HttpException.RuntimeException with 400 if they do not end with {@code chunked}, 501 if one is not understood
     */
    void complete() {
        if (isGiven && !isChunked) {
            throw refusal(HttpStatus.BAD_REQUEST_400, "Transfer-Encoding does not end with chunked");
        }
        if (!isUnderstood) {
            throw refusal(HttpStatus.NOT_IMPLEMENTED_501, "Transfer-Encoding other than chunked");
        }
    }

    private static HttpException.RuntimeException refusal(int status, String reason) {
        return new HttpException.RuntimeException(status, reason);
    }
}
