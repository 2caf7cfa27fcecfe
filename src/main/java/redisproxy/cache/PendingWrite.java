package redisproxy.cache;

/**
 * A write that Redis has been sent, or is about to be, and whose reply has not come: its keys are not cached meanwhile. Thread-safe;
 * does not block.
 */
public interface PendingWrite {
    /**
     * The reply has come, or will not come any more: drops the keys once more, and lets them be cached again. The client that wrote gets the
     * reply after that. Later calls do nothing.
     */
    void end();
}
