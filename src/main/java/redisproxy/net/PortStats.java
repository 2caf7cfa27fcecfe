package redisproxy.net;

/**
 * The figures of the connections of a port. An immutable snapshot that is taken while connections are served.
 *
 * @param open connections that are open now
 * @param opened connections opened since the start, those included that were closed at once
 * @param receivedBytes bytes read from clients, as they are on the network: encrypted with TLS
 * @param sentBytes bytes written to clients, counted in the same way
 * @param refusedHeaders connections that were closed for their header of the PROXY protocol, or for want of one
 */
public record PortStats(int open, long opened, long receivedBytes, long sentBytes, long refusedHeaders) {
    /** Returns the figures of both ports together. */
    public PortStats plus(PortStats other) {
        return new PortStats(
                open + other.open,
                opened + other.opened,
                receivedBytes + other.receivedBytes,
                sentBytes + other.sentBytes,
                refusedHeaders + other.refusedHeaders);
    }
}
