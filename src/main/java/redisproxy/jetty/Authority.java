package redisproxy.jetty;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.URIUtil;

/**
 * The host and the port that a request is for, in {@code Host} or in a target in absolute form (RFC 3986, section 3.2; RFC 9110,
 * sections 4.2 and 7.2).
 */
final class Authority {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DIGITS = 5;

    private Authority() {}

    /**
     * Reads {@code host}, {@code host:port}, or {@code host:}, which is the same as {@code host}. Names are not resolved.
     *
     * @throws HttpException.RuntimeException with status 400 if the text is none of these
     */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasColon = colon > text.lastIndexOf(']');
        String host = hasColon ? text.substring(0, colon) : text;
        int port = hasColon ? port(text.substring(colon + 1)) : 0;
        if (port < 0 || !isHost(host)) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400, "Bad Authority");
        }
        return new HostPort(host, port);
    }

    /** Returns 0 if the port is empty, and -1 if it is none. */
    private static int port(String digits) {
        if (digits.length() > MAX_DIGITS || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return -1;
        }
        int port = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        return port > MAX_PORT || (port == 0 && !digits.isEmpty()) ? -1 : port;
    }

    private static boolean isHost(String host) {
        return host.startsWith("[") ? isAddress(host) : !host.isEmpty() && URIUtil.isValidHostRegisteredName(host);
    }

    /** Text in brackets is never resolved. */
    private static boolean isAddress(String bracketed) {
        try {
            return bracketed.endsWith("]") && InetAddress.getAllByName(bracketed).length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
