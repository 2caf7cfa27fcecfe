package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;

/**
 * The requests that one loader has sent or is about to send, and the link that it waits on, for the threads that end the
 * wait: one that closes the store, and one that looks for overdue requests. Thread-safe; no method blocks.
 */
final class InFlight {
    /** The present batch; null between two batches. */
    @GuardedBy("this")
    private @Nullable Exchange exchange;

    /** When it was begun. */
    @GuardedBy("this")
    private long begunNanos;

    /** How many had been answered when this was last looked at. */
    @GuardedBy("this")
    private int seenAnswered;

    /** Which requests of the batch have been failed here, by their index. */
    @GuardedBy("this")
    private final BitSet failed = new BitSet(Exchange.MAX_BATCH);

    /** Why the loader was interrupted in the present batch: the failure of its link is only a consequence. */
    @GuardedBy("this")
    private @Nullable BackingStoreException abortedBy;

    @GuardedBy("this")
    private @Nullable Link link;

    /** Begins the exchange of a batch, which must not change until the {@link #end}. */
    synchronized void begin(Exchange next, long nowNanos) {
        exchange = next;
        begunNanos = nowNanos;
        seenAnswered = 0;
        abortedBy = null;
        failed.clear();
    }

    synchronized void end() {
        exchange = null;
    }

    /**
     * Makes known which link the loader is about to wait on.
     *
     * @throws JedisConnectionException if the batch has been aborted, so that nothing would wake the loader any more
     */
    synchronized void waitOn(Link next) {
        if (abortedBy != null) {
            throw new JedisConnectionException("the requests have been aborted");
        }
        link = next;
    }

    /** The loader gives its link back, which is not its own to abort from now on. */
    synchronized void leaveLink() {
        link = null;
    }

    /** Returns when the present batch was begun, by {@link System#nanoTime}. */
    synchronized long begunNanos() {
        return begunNanos;
    }

    synchronized boolean isBusy() {
        return exchange != null;
    }

    /** Returns why the present batch was aborted, or null if it was not. */
    synchronized @Nullable BackingStoreException abortedBy() {
        return abortedBy;
    }

    /** Fails all requests, and aborts the link, which wakes the loader. */
    void abort(BackingStoreException cause) {
        List<Request> aborted;
        synchronized (this) {
            aborted = takeOverdue(0);
            abortLink(cause);
        }
        fail(aborted, cause);
    }

    /**
     * Aborts the link, which wakes the loader. Returns the requests if they have not been sent, because the link is being made:
     * that may take long. The loader ends those that have been sent: two threads must not work on the replies to one request.
     */
    synchronized List<Request> leave() {
        List<Request> rest = link != null && link.isOpen() ? List.of() : takeOverdue(0);
        if (exchange != null) {
            abortLink(BackingStoreException.unavailable("the server is not asked any more", null));
        }
        return rest;
    }

    /** The exchange has failed: returns the requests that have ended neither by it nor here, for the caller to end. */
    synchronized List<Request> giveUp(Exchange failedExchange) {
        List<Request> rest = takeOverdue(0);
        failedExchange.giveUp();
        return rest;
    }

    /**
     * Fails the requests that are overdue by that timeout, and aborts the link if there are no others.
     *
     * @return how many these are
     */
    int failOverdue(long timeoutNanos, Reachability reachability) {
        List<Request> overdue;
        BackingStoreException cause;
        long askedNanosAgo;
        boolean isAborted;
        synchronized (this) {
            overdue = takeOverdue(timeoutNanos);
            if (overdue.isEmpty()) {
                return 0;
            }
            askedNanosAgo = System.nanoTime() - begunNanos;
            cause = reachability.late(askedNanosAgo);
            isAborted = !isAwaited();
            if (isAborted) {
                abortLink(cause);
            }
        }
        if (isAborted) {
            // Before clients learn of it: the next request of one of them must not wait as long again.
            reachability.timedOut(cause.getMessage(), askedNanosAgo);
        }
        reachability.failed(overdue);
        fail(overdue, cause);
        return overdue.size();
    }

    /** Returns whether more of the present batch has been answered since the last call, and not yet all. */
    synchronized boolean hasProgressed() {
        if (exchange == null) {
            return false;
        }
        int answered = exchange.answered();
        boolean isFurther =
                answered > seenAnswered && answered < exchange.batch().size();
        seenAnswered = answered;
        return isFurther;
    }

    /**
     * Aborts the link if it is {@linkplain Link#isForgotten forgotten} and has brought nothing: the loader repeats the requests
     * on a fresh one, in the time that is left.
     */
    synchronized void leaveForgottenLink() {
        if (exchange != null && exchange.answered() == 0 && link != null && link.isForgotten()) {
            link.abort();
        }
    }

    /** Returns the requests that have not ended and are overdue by that timeout, and notes that they are failed here. */
    @GuardedBy("this")
    private List<Request> takeOverdue(long nanos) {
        if (exchange == null) {
            return List.of();
        }
        List<Request> taken = new ArrayList<>();
        List<Request> batch = exchange.batch();
        for (int i = exchange.answered(); i < batch.size(); i++) {
            if (!failed.get(i) && batch.get(i).isOverdue(nanos)) {
                failed.set(i);
                taken.add(batch.get(i));
            }
        }
        return taken;
    }

    /** Returns whether a reply to any request of the batch is still wanted. */
    @GuardedBy("this")
    private boolean isAwaited() {
        return exchange != null
                && failed.nextClearBit(exchange.answered()) < exchange.batch().size();
    }

    @GuardedBy("this")
    private void abortLink(BackingStoreException cause) {
        abortedBy = cause;
        if (link != null) {
            link.abort();
        }
    }

    /** First all results and then all flushes, so that those for one recipient are written together. */
    static void fail(List<? extends Request> requests, BackingStoreException cause) {
        requests.forEach(request -> request.fail(cause));
        requests.forEach(Request::flush);
    }
}
