package redisproxy.admin.api;

import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import redisproxy.http.AllowedHosts;

/**
 * Refuses requests for a host name that is not the proxy's, with which another site may reach this port through a browser (DNS
 * rebinding). Addresses cannot be made to point elsewhere. Thread-safe; never blocks.
 */
public final class HostGuard extends Handler.Wrapper {
    private final Supplier<AllowedHosts> hosts;

    /** Guards a handler, which requests for those {@code hosts} reach that it returns by then. */
    public HostGuard(Supplier<AllowedHosts> hosts, Handler handler) {
        super(handler);
        this.hosts = hosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String host = Request.getServerName(request);
        if (host != null && hosts.get().accepts(host)) {
            return super.handle(request, response, callback);
        }
        Answer.problem(
                response,
                callback,
                HttpStatus.MISDIRECTED_REQUEST_421,
                "Host: '%s' is not accepted (expected: localhost, an IP address, the value of ADMIN_HOST, or a name that ALLOWED_HOSTS lists)"
                        .formatted(host));
        return true;
    }
}
