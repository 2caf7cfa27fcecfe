package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a transaction in front of a Cluster: which server executes it is said by the first key that a command of it names. What
 * comes before that, and what comes before that server has replied to MULTI, is held here. Not thread-safe.
 */
final class UnplacedTransaction {
    /** Of more commands without keys, the transaction is executed by any server. */
    private static final int MOST_HELD = 512;

    private static final int MOST_HELD_BYTES = 1024 * 1024;

    private static final byte[] QUEUED = "+QUEUED\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = "*0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NESTED = ReplyBuilder.error("ERR MULTI calls can not be nested");
    private static final byte[] NO_WATCH = ReplyBuilder.error("ERR WATCH inside MULTI is not allowed");
    private static final byte[] MISCALLED = ReplyBuilder.error(
            "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command");

    private boolean isOpen;

    /** Whether the server is about to reply to MULTI. */
    private boolean isPlacing;

    private List<OwnRequest> held = new ArrayList<>();
    private long bytes;

    /** Whether no server has been chosen. */
    boolean isOpen() {
        return isOpen;
    }

    boolean isPlacing() {
        return isPlacing;
    }

    /**
     * Returns the reply to a request that needs no server; null if one is to be chosen for it. The first request is MULTI.
     *
     * @param isToBeDiscarded whether EXEC is not to execute it
     */
    byte @Nullable [] reply(OwnRequest request, boolean isToBeDiscarded) {
        boolean isMulti = request.name().equals(OwnCommands.MULTI);
        if (!isOpen) {
            isOpen = true;
            return ReplyBuilder.ok();
        }
        if (isMulti) {
            return NESTED;
        }
        if (request.name().equals(OwnCommands.WATCH)) {
            return NO_WATCH;
        }
        if (request.name().equals(OwnCommands.DISCARD)) {
            var unused = end();
            return ReplyBuilder.ok();
        }
        if (request.name().equals(OwnCommands.EXEC)) {
            return exec(request, isToBeDiscarded);
        }
        if (request.key() != null || held.size() >= MOST_HELD || bytes >= MOST_HELD_BYTES) {
            return null;
        }
        hold(OwnRequest.unheard(request.bytes(), request.name()));
        return QUEUED;
    }

    private byte @Nullable [] exec(OwnRequest request, boolean isToBeDiscarded) {
        if (request.isExec() && !isToBeDiscarded && !held.isEmpty()) {
            return null;
        }
        var unused = end();
        if (!request.isExec()) {
            return MISCALLED;
        }
        return isToBeDiscarded ? OwnRequests.ABORTED : EMPTY;
    }

    /** Holds a request, which is sent when the server has replied to MULTI. */
    void hold(OwnRequest request) {
        held.add(request);
        bytes += request.bytes().length;
    }

    /** The server has been chosen. */
    void place() {
        isOpen = false;
        isPlacing = true;
    }

    /** Returns what is held, and ends. */
    List<OwnRequest> end() {
        List<OwnRequest> all = held;
        held = new ArrayList<>();
        bytes = 0;
        isOpen = false;
        isPlacing = false;
        return all;
    }
}
