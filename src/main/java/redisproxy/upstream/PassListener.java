package redisproxy.upstream;

/**
 * Waits for the reply to a {@link PassedCommand}. One of {@link #replied} and {@link #failed} is called, once, on the thread that
 * has the reply. No method may block or throw.
 */
public interface PassListener {
    /** Redis has replied, possibly by an error. */
    void replied(RawReply reply);

    /**
     * There is no reply.
     *
     * @param error one line, its code first, as in a RESP error; it says so if the command may have been executed all the same
     * @param isInDoubt whether Redis may still execute the command, or may have executed it; if not, its fate is settled
     */
    void failed(String error, boolean isInDoubt);

    /** Called after the reply, when there are no more replies for the same {@link #recipient} at hand. */
    void flush();

    /** Returns the final recipient of the reply: replies to one recipient are best written together. Compare by identity. */
    Object recipient();
}
