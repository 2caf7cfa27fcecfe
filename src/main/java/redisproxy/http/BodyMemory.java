package redisproxy.http;

/** Counts what is held for the bodies of requests, as a part of what is held for all clients. Implementations are thread-safe. */
public interface BodyMemory {
    /**
     * Begins to count for one request, whose client is waited for.
     *
     * @param giveUp ends the request because the memory is short and it holds much for long; on any thread, does not block
     */
    Share share(Runnable giveUp);

    /** Returns the most bytes that all clients together may hold. */
    long mostOfAll();

    /** What is held for one request. Its methods are called by one thread at a time, and do not block. */
    interface Share {
        /** Notes that so many bytes are held from now on; returns false if there is no memory for as many. */
        boolean hold(long bytes);

        /** Notes that the client is not waited for any more, so that the request must not be given up. */
        void complete();

        /** Gives back what is held. Later calls do nothing. */
        void end();
    }
}
