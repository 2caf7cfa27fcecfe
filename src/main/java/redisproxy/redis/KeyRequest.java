package redisproxy.redis;

/** A request for one key, which a Cluster may refer from node to node. */
sealed interface KeyRequest extends Request permits ReadRequest, QuestionRequest, PassRequest {
    /** Returns the key. Never write to the array. */
    byte[] key();

    @Override
    default long bytes() {
        return key().length;
    }

    /** Returns how many times the request has been referred to another server, or to a later time. */
    int hops();

    /** Returns whether the server is told that it is asked for a key of a slot that is on its way to it. */
    boolean asking();

    /**
     * Returns this request for one hop more.
     *
     * @param asking whether the server is told that it is asked for a key of a slot that is on its way to it
     */
    KeyRequest referred(boolean asking);

    /** Returns this request for the server that holds its key, with no hop more. */
    KeyRequest again();
}
