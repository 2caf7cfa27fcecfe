package redisproxy.admin.api;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers with the same bytes each time. A client that has them already, which its {@code If-None-Match} tells, does not get them
 * again. Thread-safe; never blocks.
 */
public final class FixedHandler extends Handler.Abstract.NonBlocking {
    /** Nothing from elsewhere, no script or style in the page's text, no frame around it. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private final byte[] body;
    private final String tag;
    private final HttpFields headers;

    /**
     * Makes it.
     *
     * @param body the answer, which belongs to the handler from now on
     */
    public FixedHandler(String type, byte[] body) {
        this.body = body;
        this.tag = "\"" + digest(body) + "\"";
        this.headers = HttpFields.build()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put(HttpHeader.ETAG, tag)
                // Kept, but asked for each time, so that the page fits the proxy.
                .put(HttpHeader.CACHE_CONTROL, "no-cache")
                .put("Content-Security-Policy", POLICY)
                .put("X-Content-Type-Options", "nosniff")
                .put("Referrer-Policy", "no-referrer")
                .put("Cross-Origin-Opener-Policy", "same-origin")
                .put("Cross-Origin-Resource-Policy", "same-origin")
                .asImmutable();
    }

    private static String digest(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.getHeaders().add(headers);
        if (tag.equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            callback.succeeded();
            return true;
        }
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }
}
