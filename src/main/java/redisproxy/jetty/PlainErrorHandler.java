package redisproxy.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.http.Browsers;

/**
 * Answers requests that Jetty itself refuses with one plain line: the status code and its reason phrase; the server is not named.
 */
final class PlainErrorHandler implements Request.Handler {
    private final Answers answers;
    private final Browsers browsers;

    /** Makes a handler that counts refusals other than 500 and 503 as bad requests. */
    PlainErrorHandler(Answers answers, Browsers browsers) {
        this.answers = answers;
        this.browsers = browsers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (status != HttpStatus.SERVICE_UNAVAILABLE_503 && status != HttpStatus.INTERNAL_SERVER_ERROR_500) {
            answers.countBadRequest();
        }
        byte[] body = "%d %s%n".formatted(status, HttpStatus.getMessage(status)).getBytes(StandardCharsets.US_ASCII);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Answer.REFUSAL_HEADERS.forEach(response.getHeaders()::put);
        browsers.now()
                .headersUnjudged(request.getHeaders().get(HttpHeader.ORIGIN))
                .forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        if (status == HttpStatus.UPGRADE_REQUIRED_426) {
            response.getHeaders().put(HttpHeader.UPGRADE, HttpVersion.HTTP_1_1.asString());
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeader.UPGRADE.asString());
        }
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        response.write(/* last= */ true, head ? null : ByteBuffer.wrap(body), callback);
        return true;
    }
}
