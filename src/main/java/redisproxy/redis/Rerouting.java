package redisproxy.redis;

import java.util.List;

/**
 * What a store with several servers does about requests that one of them cannot answer. Thread-safe; no method blocks.
 */
interface Rerouting {
    /** For a store with one server. */
    Rerouting NONE = new Rerouting() {
        @Override
        public boolean takesOver(Request request, String error) {
            return false;
        }

        @Override
        public List<Request> takeOver(List<Request> unfinished) {
            return unfinished;
        }

        @Override
        public void serverFailed() {}
    };

    /**
     * Takes over a request that a server has answered by an error, if another server may answer it, or the same one later.
     *
     * @return false if the error is the answer to the request
     */
    boolean takesOver(Request request, String error);

    /** Takes over what a server has not answered that is not asked any more. Returns what it does not take over. */
    List<Request> takeOver(List<Request> unfinished);

    /**
     * Returns whether another server may come in the place of one that no connection can be made to. Then what that has not
     * answered is {@linkplain #takeOver taken over}.
     */
    default boolean awaitsSuccessor() {
        return false;
    }

    /** Returns whether other servers hold the same keys, so that they take over what this one fails to answer. */
    default boolean hasOthers() {
        return false;
    }

    /**
     * Takes over a request for a key that a server does not have, if another server may have it.
     *
     * @return false if there is no such key
     */
    default boolean takesOverAbsent(KeyRequest request) {
        return false;
    }

    /** A server could not be reached, or did not answer in time, or a connection to it broke. */
    void serverFailed();

    /** A new connection shows that a server is no master, or no replica, or one without its master; {@code why} says which. */
    default void wrongRole(String why) {
        serverFailed();
    }
}
