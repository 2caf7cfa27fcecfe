package redisproxy.jetty;

import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import redisproxy.http.BadTargetException;
import redisproxy.http.RequestTarget;
import redisproxy.measure.Access;
import redisproxy.measure.AccessLog;
import redisproxy.net.PeerAddress;

/** The requests that Jetty has parsed, as the access log takes them. Thread-safe. */
final class UnusualRequestLog implements RequestLog {
    private static final int LEAST_ERROR = 400;
    private static final int ABSENT = 404;
    private static final int WRONG_TYPE = 409;
    private static final int UNAVAILABLE = 503;

    private final AccessLog log;

    UnusualRequestLog(AccessLog log) {
        this.log = log;
    }

    @Override
    public void log(Request request, Response response) {
        if (!log.wants()) {
            return;
        }
        String how = response.getHeaders().get("Cache-Status");
        int status = response.getStatus();
        log.add(new Access(
                Access.Port.HTTP,
                PeerAddress.of(request.getConnectionMetaData().getRemoteSocketAddress()),
                String.valueOf(request.getMethod()),
                key(request.getHttpURI()),
                result(how == null ? "" : how, status),
                Integer.toString(status),
                String.valueOf(request.getConnectionMetaData().getHttpVersion().asString()),
                Math.max(0, Response.getContentBytesWritten(response)),
                System.nanoTime() - request.getBeginNanoTime()));
    }

    private static byte @Nullable [] key(@Nullable HttpURI target) {
        if (target == null || target.getPath() == null) {
            return null;
        }
        try {
            byte[] key = RequestTarget.key(target.getPath(), target.getQuery());
            return key == null ? null : Access.shortened(key);
        } catch (BadTargetException e) {
            return null;
        }
    }

    /** Returns the result by what the client is told: the field Cache-Status, as {@link redisproxy.http.Answers} makes it. */
    static String result(String cacheStatus, int status) {
        if (cacheStatus.contains("; hit")) {
            return cacheStatus.contains("ttl=-") ? "stale" : status == ABSENT ? "absent" : "hit";
        }
        if (cacheStatus.contains("; fwd=")) {
            if (status == UNAVAILABLE || status == WRONG_TYPE) {
                return "error";
            }
            if (cacheStatus.contains("stale-if-error")) {
                return "stale";
            }
            if (cacheStatus.contains("fwd=method")) {
                return "write";
            }
            return cacheStatus.contains("fwd=request") || cacheStatus.contains("fwd=bypass") ? "bypass" : "miss";
        }
        return status < LEAST_ERROR ? "ok" : "refused";
    }
}
