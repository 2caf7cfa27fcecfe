package redisproxy.resp;

/**
 * The figures of a RESP port since its start. An immutable snapshot taken while requests are executed; its figures may be
 * some requests apart.
 *
 * @param connections connections that are open now
 * @param accepted connections accepted, without those that were rejected, as Redis counts them
 * @param rejected connections closed because too many were open
 * @param commands requests executed, those that were answered with an error included
 * @param protocolErrors connections closed because their bytes were no valid request
 * @param timedOut connections closed because their clients took too long
 * @param killed connections closed by CLIENT KILL
 * @param drained connections closed by a graceful stop
 */
public record RespStats(
        int connections,
        long accepted,
        long rejected,
        long commands,
        long protocolErrors,
        long timedOut,
        long killed,
        long drained) {}
