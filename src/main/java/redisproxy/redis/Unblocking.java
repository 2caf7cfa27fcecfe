package redisproxy.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redisproxy.upstream.PassListener;
import redisproxy.upstream.RawReply;

/**
 * Has Redis end what one of its clients waits for (redis.io, "CLIENT UNBLOCK"), over a connection of its own to that very server: only there
 * the id means that client. Blocks the thread that runs it, for a few timeouts at most.
 */
final class Unblocking {
    private static final Logger LOG = LoggerFactory.getLogger(Unblocking.class);

    private static final RawReply NOT_UNBLOCKED = new RawReply(List.of(new byte[] {':', '0', '\r', '\n'}));

    private final NodeConfig server;
    private final long clientId;
    private final boolean byError;
    private final PassListener listener;

    Unblocking(NodeConfig server, long clientId, boolean byError, PassListener listener) {
        this.server = server;
        this.clientId = clientId;
        this.byError = byError;
        this.listener = listener;
    }

    /** Replies that there is nothing to unblock. */
    static void decline(PassListener listener) {
        listener.replied(NOT_UNBLOCKED);
        listener.flush();
    }

    /** Runs it; returns whether Redis has replied, so that nothing happens later. */
    boolean run() {
        PinnedLink link = new PinnedLink(server, /* resp3= */ false);
        try {
            link.open();
            listener.replied(link.ask(request()));
            return true;
        } catch (RuntimeException | Error e) {
            LOG.debug("A client was not unblocked", e);
            listener.failed("ERR " + link.describe(e), /* isInDoubt= */ true);
            return false;
        } finally {
            link.abort();
            listener.flush();
        }
    }

    private byte[] request() {
        String id = Long.toString(clientId);
        String how = byError ? "$5\r\nERROR" : "$7\r\nTIMEOUT";
        return "*4\r\n$6\r\nCLIENT\r\n$7\r\nUNBLOCK\r\n$%d\r\n%s\r\n%s\r\n"
                .formatted(id.length(), id, how)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
