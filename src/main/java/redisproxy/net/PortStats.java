package redisproxy.net;

/**
 * The figures of the connections of a port. An immutable snapshot that is taken while connections are served.
 *
 * @param open connections that are open now
 * @param opened connections opened since the start, those included that were closed at once
 * @param receivedBytes bytes read from clients
 * @param sentBytes bytes written to clients
 */
public record PortStats(int open, long opened, long receivedBytes, long sentBytes) {}
