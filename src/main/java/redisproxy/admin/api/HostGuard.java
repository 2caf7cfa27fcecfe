package redisproxy.admin.api;

import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests for a host name that is not the proxy's, with which another site may reach this port through a browser (DNS
 * rebinding). Addresses cannot be made to point elsewhere. Thread-safe; never blocks.
 */
public final class HostGuard extends Handler.Wrapper {
    private final String configured;

    /**
     * Guards a handler.
     *
     * @param configured the host that the port is configured to listen on
     */
    public HostGuard(String configured, Handler handler) {
        super(handler);
        this.configured = configured.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String host = Request.getServerName(request);
        if (host != null && isOwn(host.toLowerCase(Locale.ROOT))) {
            return super.handle(request, response, callback);
        }
        Answer.problem(
                response,
                callback,
                HttpStatus.MISDIRECTED_REQUEST_421,
                "Host: '%s' is not accepted (expected: localhost, an IP address, or the value of ADMIN_HOST)"
                        .formatted(host));
        return true;
    }

    private boolean isOwn(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals(configured)
                || host.startsWith("[")
                || host.indexOf(':') >= 0
                || isIpv4(host);
    }

    private static boolean isIpv4(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(each -> each >= '0' && each <= '9')) {
                return false;
            }
        }
        return true;
    }
}
