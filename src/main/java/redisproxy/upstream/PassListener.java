package redisproxy.upstream;

/**
 * Waits for the reply to a {@link PassedCommand}. One of {@link #replied} and {@link #failed} is called, once, on the thread that
 * has the reply. No method may block or throw.
 */
public interface PassListener {
    /** Redis has replied, possibly by an error. */
    void replied(RawReply reply);

    /**
     * There is no reply. {@code error} is one line, its code first, as in a RESP error. It says so if the command may have been
     * executed all the same.
     */
    void failed(String error);

    /** Called after the reply, when there are no more replies for the same {@link #recipient} at hand. */
    void flush();

    /** Returns the final recipient of the reply: replies to one recipient are best written together. Compare by identity. */
    Object recipient();
}
