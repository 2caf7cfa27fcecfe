package redisproxy.resp;

/**
 * What is left of a request that is not executed in one go. The request stays in the input, and no later one is executed,
 * until it is done. Belongs to the thread that works for the connection.
 */
interface Continuation {
    /** How far a request has come. */
    enum Progress {
        /** It has its reply, or has taken one for later. */
        DONE,
        /** It goes on when others have been served. */
        AFTER_OTHERS,
        /** It goes on when its connection is resumed. */
        WAITING
    }

    /** Goes on. Never blocks; {@code arguments} are those of the request, wherever they lie by now. */
    Progress goOn(Arguments arguments);

    /** Ends it because the connection is closed. Returns false if the arguments are still read: then this is called again. */
    boolean abandon();

    /** Whether it takes so long that a client that leaves meanwhile should be noticed. */
    default boolean isLong() {
        return false;
    }
}
