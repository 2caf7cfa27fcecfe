package redisproxy.admin;

import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Lets the requests pass that have one of these methods, and answers all others with 405. Thread-safe; never blocks. */
final class MethodsHandler extends Handler.Wrapper {
    static final Set<String> READS = Set.of("GET", "HEAD");
    static final Set<String> CHANGES = Set.of("POST");

    private final Set<String> methods;
    private final String allowed;

    MethodsHandler(Set<String> methods, Handler handler) {
        super(handler);
        this.methods = methods;
        this.allowed = String.join(", ", methods.stream().sorted().toList());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (methods.contains(request.getMethod())) {
            return super.handle(request, response, callback);
        }
        response.setStatus(HttpStatus.METHOD_NOT_ALLOWED_405);
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, "only " + allowed + " are allowed here\n", callback);
        return true;
    }
}
