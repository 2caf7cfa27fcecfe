package redisproxy.resp;

import org.jspecify.annotations.Nullable;

/** Which database of Redis one client has selected, by what Redis has replied (redis.io, "SELECT"). Not thread-safe. */
final class SelectedDatabase {
    /** The one whose keys are cached. */
    private final int cached;

    private int present;

    /** Whether it may be another one all the same: a transaction has selected it, and only its reply tells whether that was possible. */
    private boolean isUncertain;

    /** Whether Redis is about to reply which one it is. */
    private boolean isPending;

    /** What the present transaction selects last; null if it selects none. */
    private @Nullable Integer queued;

    SelectedDatabase(int cached) {
        this.cached = cached;
        this.present = cached;
    }

    int present() {
        return present;
    }

    /** Whether the connection must not become another client's. */
    boolean isKept() {
        return present != cached || isUncertain;
    }

    /** Whether what the client does now cannot concern what is cached, as long as it concerns the selected database alone. */
    boolean isElsewhere() {
        return present != cached && !isUncertain && queued == null;
    }

    boolean isPending() {
        return isPending;
    }

    /** A request is about to be sent; {@code isQueued} says whether Redis will queue it. */
    void sending(OwnRequest request, boolean isQueued) {
        if (request.name().equals(OwnCommands.SELECT)) {
            if (isQueued) {
                queued = request.database();
            } else {
                isPending = true;
            }
        } else if (request.isExec() && queued != null) {
            isPending = true;
        }
    }

    /** Redis has replied to a request. */
    void replied(OwnRequest request, byte type, boolean isNull) {
        if (request.name().equals(OwnCommands.SELECT) && queued == null) {
            isPending = false;
            if (type == '+') {
                present = request.database();
                isUncertain = false;
            }
            return;
        }
        boolean ends = request.name().equals(OwnCommands.EXEC) || request.name().equals("discard");
        if (!ends || queued == null) {
            return;
        }
        if (request.isExec() && type == '*' && !isNull) {
            present = queued;
            // The cached one is there.
            isUncertain = present != cached;
        }
        queued = null;
        isPending = false;
    }

    /** The connection has ended, or been given back. */
    void end() {
        present = cached;
        isUncertain = false;
        isPending = false;
        queued = null;
    }
}
