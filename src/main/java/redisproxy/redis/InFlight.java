package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;

/**
 * The requests that one loader has sent or is about to send, and the link that it waits on, for the threads that end the
 * wait: one that closes the store, and one that looks for overdue requests. Thread-safe; no method blocks.
 */
final class InFlight {
    /** Empty between two batches. The loader does not change the list meanwhile. */
    @GuardedBy("this")
    private List<Request> requests = List.of();

    /** Why the loader was interrupted in the present batch: the failure of its link is only a consequence. */
    @GuardedBy("this")
    private @Nullable BackingStoreException abortedBy;

    @GuardedBy("this")
    private @Nullable Link link;

    /** Begins a batch. The list must not change until its {@link #end}. */
    synchronized void begin(List<Request> batch) {
        requests = batch;
        abortedBy = null;
    }

    synchronized void end() {
        requests = List.of();
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

    synchronized boolean isBusy() {
        return !requests.isEmpty();
    }

    /** Returns why the present batch was aborted, or null if it was not. */
    synchronized @Nullable BackingStoreException abortedBy() {
        return abortedBy;
    }

    /** Fails all requests, and aborts the link, which wakes the loader. */
    void abort(BackingStoreException cause) {
        List<Request> failed;
        synchronized (this) {
            failed = List.copyOf(requests);
            abortLink(cause);
        }
        fail(failed, cause);
    }

    /**
     * Fails the requests that have waited for {@code timeoutNanos}, and aborts the link if there are no others.
     *
     * @return how many these are
     */
    int failOverdue(long timeoutNanos, RedisConfig config) {
        List<Request> overdue = new ArrayList<>();
        List<Request> others = new ArrayList<>();
        BackingStoreException cause;
        synchronized (this) {
            for (Request request : requests) {
                (request.waitedNanos() >= timeoutNanos ? overdue : others).add(request);
            }
            if (overdue.isEmpty()) {
                return 0;
            }
            cause = Failures.overdue(config);
            requests = others;
            if (others.isEmpty()) {
                abortLink(cause);
            }
        }
        fail(overdue, cause);
        return overdue.size();
    }

    @GuardedBy("this")
    private void abortLink(BackingStoreException cause) {
        requests = List.of();
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
