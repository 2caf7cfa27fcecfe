package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;

/**
 * One batch of requests and how far it has come: all are sent as one pipeline, then their replies are read in order. Used
 * for batch after batch by one thread, which it blocks.
 */
final class Exchange {
    /** Bounds how long the first reply of a pipeline waits for the last; larger batches save no more system calls. */
    static final int MAX_BATCH = 128;

    private final List<Request> batch = new ArrayList<>(MAX_BATCH);

    /** How many of the batch Redis has answered. */
    private int answered;

    /** How many of these have been flushed. */
    private int flushed;

    /** Returns the requests, to be filled between two exchanges. */
    List<Request> batch() {
        return batch;
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
     * @throws JedisConnectionException if the link fails
     */
    void over(Link link) {
        link.requireNothingToRead();
        send(link);
        receive(link);
    }

    private void send(Link to) {
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).send(to);
        }
        to.flush();
        for (int i = answered; i < batch.size(); i++) {
            batch.get(i).sent();
        }
    }

    private void receive(Link from) {
        while (answered < batch.size()) {
            batch.get(answered).receive(from);
            answered++;
            if (isLastForItsRecipient()) {
                flush();
            }
        }
    }

    /** Replies for one recipient leave together, but none waits for the replies to others, which may be large. */
    private boolean isLastForItsRecipient() {
        return answered == batch.size()
                || batch.get(answered).recipient() != batch.get(answered - 1).recipient();
    }

    /** Flushes the requests that have ended and have not been flushed. */
    void flush() {
        for (; flushed < answered; flushed++) {
            batch.get(flushed).flush();
        }
    }

    /** Fails what has not been answered; returns how many these are. */
    int failRest(BackingStoreException cause) {
        int failed = batch.size() - answered;
        for (; answered < batch.size(); answered++) {
            batch.get(answered).fail(cause);
        }
        return failed;
    }
}
