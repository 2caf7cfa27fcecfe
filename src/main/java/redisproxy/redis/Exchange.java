package redisproxy.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Term;

/**
 * One batch of requests and how far it has come: all are sent as one pipeline, then their replies are read in order. Used
 * for batch after batch by one thread, which it blocks.
 */
final class Exchange {
    /** Bounds how long the first reply of a pipeline waits for the last; larger batches save hardly any more system calls. */
    static final int MAX_BATCH = 256;

    private final Runnable flush = this::flush;
    private final List<Request> batch = new ArrayList<>(MAX_BATCH);

    /** How many replies each request of the batch gets. */
    private final int[] due = new int[MAX_BATCH];

    /** How many of the batch have ended with a reply, or have failed. Only the loader's thread writes it. */
    private volatile int answered;

    /** How many of these have been flushed. */
    private int flushed;

    /** Whether sending has begun, over whatever link. */
    private boolean isSent;

    /** What an event loop has failed by; null if nothing. */
    private @Nullable Throwable failure;

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
        isSent = false;
        failure = null;
    }

    /** Returns about how many bytes the requests have. */
    long bytes() {
        long bytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            bytes += batch.get(i).bytes();
        }
        return bytes;
    }

    /** Returns whether an event loop has begun to send. */
    boolean isSent() {
        return isSent;
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
        send(link, term);
        receive(link);
    }

    /**
     * Ends what an event loop has begun: reads the replies that are missing, or fails as the loop has failed.
     *
     * @throws JedisConnectionException if the link fails, or has failed
     */
    void endOver(Link link) {
        Throwable failed = failure;
        failure = null;
        if (failed instanceof RuntimeException e) {
            throw e;
        } else if (failed instanceof Error e) {
            throw e;
        }
        link.beforeWaiting(flush);
        receive(link);
    }

    /** An event loop has failed. Its thread learns of it by {@link #endOver}. */
    void fail(Throwable cause) {
        failure = cause;
    }

    /** Ends the requests whose replies have arrived as a whole, without waiting; returns whether all have ended. */
    boolean receiveReady(Link from, LoopIo io) {
        int next = answered;
        while (next < batch.size() && io.hasReplies(due[next])) {
            batch.get(next).receive(from);
            next++;
            answered = next;
        }
        flush();
        return next == batch.size();
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

    /**
     * Sends what has not been answered yet.
     *
     * @throws JedisConnectionException if the link fails
     */
    void send(Link to, Term term) {
        isSent = true;
        to.requireNothingToRead();
        if (hasUnrepeatable()) {
            to.requireOpenAfterIdle();
        }
        for (int i = answered; i < batch.size(); i++) {
            int before = to.sent();
            batch.get(i).send(to, term);
            due[i] = to.sent() - before;
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
