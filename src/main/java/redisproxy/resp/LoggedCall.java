package redisproxy.resp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;
import redisproxy.cache.Lookups;
import redisproxy.measure.Access;
import redisproxy.measure.AccessLog;

/** Requests of one client, as the access log takes them. Thread-safe. */
final class LoggedCall {
    /** The status of a reply that is no error. */
    static final String OK = "OK";

    /** The status of a request whose client has left, or wants no reply. */
    static final String NO_REPLY = "-";

    /** The dollar sign and two line ends, around the length and the value. */
    private static final int BULK_FRAME = 5;

    private final AccessLog log;
    private final String command;
    private final Session session;

    LoggedCall(AccessLog log, String command, Session session) {
        this.log = log;
        this.command = command;
        this.session = session;
    }

    /** Logs the GETs of a batch that were answered from memory, those that are wanted. */
    static void hits(AccessLog log, Session session, Lookups gets, int from, int to, long begunNanos) {
        long nanos = 0;
        for (int i = from; i < to; i++) {
            Entry entry = gets.entry(i);
            if (entry == null || !log.wants()) {
                continue;
            }
            nanos = nanos == 0 ? System.nanoTime() - begunNanos : nanos;
            new LoggedCall(log, "get", session)
                    .end(gets.key(i), CommandResult.ofCached(entry, gets.isStale(i)), OK, bytes(entry, session), nanos);
        }
    }

    private static long bytes(Entry entry, Session session) {
        if (entry.isAbsent()) {
            return Reply.nil(session.isResp3()).length;
        }
        return (long) BULK_FRAME + Integer.toString(entry.valueLength()).length() + entry.valueLength();
    }

    /** Logs a request. */
    void end(byte @Nullable [] key, CommandResult result, String status, long bytes, long nanos) {
        log.add(new Access(
                Access.Port.RESP,
                session.remoteAddress,
                command,
                key == null ? null : Access.shortened(key),
                result.name().toLowerCase(Locale.ROOT),
                status,
                "RESP" + session.protocolVersion(),
                bytes,
                nanos));
    }
}
