package redisproxy.admin.api;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a change, unless it is not allowed here or another site may have had a browser send it: a page of another site can send
 * neither the header {@value #HEADER} nor JSON without asking first, and nothing here allows it to. Thread-safe; never blocks for a
 * client.
 */
final class ChangeHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeHandler.class);

    static final String HEADER = "X-Redis-Proxy";

    /** Longer keys are not cached. */
    private static final int MAX_KEY = 1024 * 1024;

    /** The longest key in base64, and what is around it. */
    private static final int MAX_BODY = MAX_KEY / 3 * 4 + 1024;

    private final Supplier<@Nullable String> noChanges;
    private final Change change;

    /** What makes a change. */
    @FunctionalInterface
    interface Change {
        /**
         * Makes it, and returns a record.
         *
         * @throws BadRequestException if the body is not accepted
         */
        Object make(Map<String, Object> body) throws BadRequestException;
    }

    ChangeHandler(Supplier<@Nullable String> noChanges, Change change) {
        this.noChanges = noChanges;
        this.change = change;
    }

    private record Refusal(int status, String detail) {}

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Refusal refusal = refusal(request);
        if (refusal != null) {
            Answer.problem(response, callback, refusal.status(), refusal.detail());
            return true;
        }
        // No longer than the length that was told.
        Content.Source.asByteBuffer(
                request, Promise.from(body -> received(body, response, callback), callback::failed));
        return true;
    }

    private @Nullable Refusal refusal(Request request) {
        String reason = noChanges.get();
        if (reason != null) {
            return new Refusal(HttpStatus.FORBIDDEN_403, reason);
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals("http://" + request.getHeaders().get(HttpHeader.HOST))) {
            return new Refusal(HttpStatus.FORBIDDEN_403, "Origin: '%s' is another site".formatted(origin));
        }
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return new Refusal(HttpStatus.FORBIDDEN_403, "Sec-Fetch-Site: '%s' is another site".formatted(site));
        }
        if (request.getHeaders().get(HEADER) == null) {
            return new Refusal(
                    HttpStatus.FORBIDDEN_403,
                    HEADER + ": the header is missing (expected: any value, such as 'change')");
        }
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !"application/json".equals(MimeTypes.getContentTypeWithoutCharset(type))) {
            return new Refusal(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
                    "Content-Type: '%s' is not accepted (expected: application/json)".formatted(type));
        }
        if (request.getLength() < 0) {
            return new Refusal(HttpStatus.LENGTH_REQUIRED_411, "Content-Length: the header is missing");
        }
        if (request.getLength() > MAX_BODY) {
            return new Refusal(
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    "the body has %d bytes (expected: at most %d)".formatted(request.getLength(), MAX_BODY));
        }
        return null;
    }

    private void received(ByteBuffer body, Response response, Callback callback) {
        Object made;
        try {
            made = change.make(Json.readObject(body));
        } catch (BadRequestException e) {
            Answer.problem(response, callback, HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
            return;
        } catch (RuntimeException e) {
            LOG.error("A change failed", e);
            callback.failed(e);
            return;
        }
        Answer.json(response, callback, made);
    }
}
