package redisproxy.resp;

import org.jspecify.annotations.Nullable;
import redisproxy.auth.Principal;

/** How far the transaction of one client has come, and whether the client watches keys (redis.io, "Transactions"). Not thread-safe. */
final class Transaction {
    private final TransactionKeys keys;

    /** Whether Redis has not replied to MULTI yet. */
    private boolean isBeginning;

    private boolean isOpen;
    private boolean isAborted;
    private boolean isWatching;
    private @Nullable Principal beganBy;

    /** Makes what has not begun; {@code keys} are cleared when a transaction ends. */
    Transaction(TransactionKeys keys) {
        this.keys = keys;
    }

    boolean isBeginning() {
        return isBeginning;
    }

    /** Whether what is sent is queued, or will be if Redis agrees. */
    boolean isOpen() {
        return isOpen || isBeginning;
    }

    /** Whether Redis keeps something for it that ends with the connection. */
    boolean hasState() {
        return isOpen() || isWatching;
    }

    /** A command of this name is about to be sent. */
    void sending(String name, Principal by) {
        switch (name) {
            case "multi" -> {
                if (!isOpen) {
                    isBeginning = true;
                    isAborted = false;
                    beganBy = by;
                }
            }
            case "exec", "discard" -> {
                // Without a transaction Redis refuses them, and what is watched stays so.
                if (isOpen) {
                    end();
                }
            }
            case "watch" -> isWatching |= !isOpen;
            case "unwatch" -> isWatching &= isOpen;
            default -> {}
        }
    }

    /** Redis has replied to MULTI. */
    void begun(boolean isAccepted) {
        if (isBeginning) {
            isBeginning = false;
            isOpen = isAccepted;
        }
    }

    /** Has it discarded instead of executed: a request that belongs to it was refused. */
    void abort() {
        isAborted |= isOpen();
    }

    /** Whether it must not be executed by this user, whose rules may have changed meanwhile. */
    boolean isToBeDiscarded(Principal by) {
        return isOpen && (isAborted || beganBy != by);
    }

    /** It has been executed or discarded, and nothing is watched any more. */
    void end() {
        isBeginning = false;
        isOpen = false;
        isAborted = false;
        isWatching = false;
        keys.clear();
    }
}
