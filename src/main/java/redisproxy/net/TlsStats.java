package redisproxy.net;

/**
 * The figures of the TLS handshakes of a port since its start, taken at nearly one moment. Immutable.
 *
 * @param handshakes those that succeeded
 * @param resumed those of them that resumed an earlier session
 * @param failures those that failed, and connections that broke TLS later
 * @param plainClients connections that did not begin with a TLS handshake
 * @param lastFailure why the last of the failures failed, or an empty text
 */
public record TlsStats(long handshakes, long resumed, long failures, long plainClients, String lastFailure) {
    /** Of a port without TLS. */
    public static final TlsStats NONE = new TlsStats(0, 0, 0, 0, "");
}
