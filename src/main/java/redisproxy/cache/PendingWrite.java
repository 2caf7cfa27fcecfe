package redisproxy.cache;

/**
 * A write that Redis has been sent, or is about to be, and whose reply has not come: its keys are not cached meanwhile. Thread-safe;
 * does not block. Ends by the first call of {@link #end} or {@link #endInDoubt}; later calls do nothing.
 */
public interface PendingWrite {
    /**
     * The reply has come, or the write has never left: drops the keys once more, and lets them be cached again. The client that wrote
     * gets the reply after that.
     */
    void end();

    /**
     * No reply will come, though the write may have left: Redis may execute it now, later or never. The keys are not cached until that
     * has been settled in all likelihood.
     */
    void endInDoubt();
}
