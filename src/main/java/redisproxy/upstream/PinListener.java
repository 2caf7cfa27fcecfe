package redisproxy.upstream;

/**
 * Gets what arrives on a {@link PinnedConnection}, in order, on a thread of that connection. No method may block or throw.
 */
public interface PinListener {
    /** A whole reply or push message has arrived. */
    void received(RawReply reply);

    /** All that had arrived has been {@linkplain #received received}. */
    void flush();

    /**
     * The connection has ended, or could not be opened, and brings nothing more; {@code error} is one line, its code first, as in a RESP
     * error. Called at most once, and perhaps before {@link Pinning#pin} has returned.
     */
    void ended(String error);
}
