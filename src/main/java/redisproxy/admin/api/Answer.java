package redisproxy.admin.api;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes answers of the API. Never waits for the client to read. */
final class Answer {
    private static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
    private static final HttpField PROBLEM =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/problem+json");
    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

    /** A longer body of a refused request ends the connection. */
    private static final long MOST_READ_OVER = 16L * 1024 * 1024;

    /** As RFC 9457 has it; {@code detail} says what was expected. */
    private record Problem(int status, String detail) {}

    private Answer() {}

    /** Answers with a record, a list or a map. */
    static void json(Response response, Callback callback, Object value) {
        write(response, callback, JSON, Json.write(value));
    }

    /** Answers that the request is refused; {@code detail} tells why. */
    static void problem(Response response, Callback callback, int status, String detail) {
        response.setStatus(status);
        byte[] body = Json.write(new Problem(status, detail));
        Request request = response.getRequest();
        if (mayBeReadOver(request)) {
            // Else the connection would have to end, and a client that is still sending might not get the answer.
            Content.Source.consumeAll(
                    request, Callback.from(() -> write(response, callback, PROBLEM, body), callback::failed));
            return;
        }
        if (!request.consumeAvailable()) {
            closeAfter(response);
        }
        write(response, callback, PROBLEM, body);
    }

    /** A client that waits for leave to send its body is not made to send it. */
    private static boolean mayBeReadOver(Request request) {
        return request.getLength() >= 0
                && request.getLength() <= MOST_READ_OVER
                && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    private static void closeAfter(Response response) {
        HttpVersion version = response.getRequest().getConnectionMetaData().getHttpVersion();
        if (version.getVersion() < HttpVersion.HTTP_2.getVersion()) {
            response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        }
    }

    private static void write(Response response, Callback callback, HttpField type, byte[] body) {
        protect(response.getHeaders().put(type));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Adds what keeps an answer from being kept, or taken for something else. */
    static void protect(HttpFields.Mutable headers) {
        headers.put(NO_STORE).put(NO_SNIFF);
    }
}
