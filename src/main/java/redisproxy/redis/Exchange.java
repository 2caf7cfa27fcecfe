package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/**
 * One batch of requests and how far it has come: all are sent as one pipeline, then their replies are read in order. Used
 * for batch after batch by one thread, which it blocks.
 */
final class Exchange {
    /** Bounds how long the first reply of a pipeline waits for the last; larger batches save no more system calls. */
    static final int MAX_BATCH = 128;

    private final Runnable flush = this::flush;
    private final List<Request> batch = new ArrayList<>(MAX_BATCH);

    /** How many of the batch have ended with a reply, or have failed. Only the loader's thread writes it. */
    private volatile int answered;

    /** How many of these have been flushed. */
    private int flushed;

    /** Returns the requests, to be filled between two exchanges. They do not change during one. */
    List<Request> batch() {
        return batch;
    }

    /** Returns how many of the batch, from the first on, have ended. May be called by any thread. */
    int answered() {
        return answered;
    }

    /** Forgets the batch. */
    void clear() {
        batch.clear();
        answered = 0;
        flushed = 0;
    }

    /**
     * Sends what has not been answered yet, and ends each request with its reply. May be called again, on another link, if it
     * fails.
     *
     * @param term what values belong to that are read over the link
     * @throws JedisConnectionException if the link fails
     */
    void over(Link link, Term term) {
        // Replies that have arrived together are given on together, but none waits for one that has not arrived.
        link.beforeWaiting(flush);
        link.requireNothingToRead();
        if (hasUnrepeatable()) {
            link.requireOpenAfterIdle();
        }
        send(link, term);
        receive(link);
    }

    private boolean hasUnrepeatable() {
        for (int i = answered; i < batch.size(); i++) {
            if (!batch.get(i).isRepeatable()) {
                return true;
            }
        }
        return false;
    }

    /** The link has failed: fails what must not be sent over another one. */
    void failUnrepeatable(BackingStoreException cause) {
        for (int i = answered; i < batch.size(); i++) {
            Request request = batch.get(i);
            if (!request.maySendAgain()) {
                request.fail(cause);
                request.flush();
            }
        }
    }

    private void send(Link to, Term term) {
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).send(to, term);
        }
        to.flush();
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).sent();
        }
    }

    private void receive(Link from) {
        for (int next = answered; next < batch.size(); next++) {
            batch.get(next).receive(from);
            answered = next + 1;
        }
        flush();
    }

    /** Flushes the requests that have ended and have not been flushed. */
    void flush() {
        for (int ended = answered; flushed < ended; flushed++) {
            batch.get(flushed).flush();
        }
    }

    /** No request that has not been answered will be. */
    void giveUp() {
        answered = batch.size();
    }
}
