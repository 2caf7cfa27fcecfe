package redisproxy.jetty;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers with 418 and the target, which shows that it was not the fast path that has answered. */
final class Teapot extends Handler.Abstract {
    static final int STATUS = 418;

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        response.setStatus(STATUS);
        Content.Sink.write(response, /* last= */ true, request.getHttpURI().getPathQuery(), callback);
        return true;
    }
}
