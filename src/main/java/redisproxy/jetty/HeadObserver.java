package redisproxy.jetty;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells a {@link JettyHttp1Connection} which header fields Jetty has parsed in a request, or refuses it for its head. Requests of HTTP/2
 * get the limits here that those of HTTP/1.1 have from their connection.
 */
final class HeadObserver extends Handler.Wrapper {
    HeadObserver(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getConnectionMetaData() instanceof JettyHttp1Connection connection
                && !connection.parsed(request.getHeaders())) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
            return true;
        }
        if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2) {
            return handleHttp2(request, response, callback);
        }
        return super.handle(request, response, callback);
    }

    private boolean handleHttp2(Request request, Response response, Callback callback) throws Exception {
        HttpFields fields = request.getHeaders();
        if (fields.size() > JettyHttp1Connection.MAX_FIELDS) {
            Response.writeError(request, response, callback, HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431);
            return true;
        }
        if (request.getConnectionMetaData().getConnector() instanceof HttpConnector port
                && !port.holds(request, Http2.bytes(fields))) {
            Response.writeError(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
            return true;
        }
        return super.handle(request, response, callback);
    }
}
