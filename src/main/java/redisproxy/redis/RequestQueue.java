package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Requests that wait for a loader, in the order of {@link Turns}. A loader takes all that wait, up to a bound, so what gathers
 * while the loaders are busy leaves as one pipeline. Thread-safe.
 */
final class RequestQueue {
    private final ReentrantLock lock = new ReentrantLock();

    /** Starts a further taker, which {@linkplain #begin begins} then; returns false if there are to be no more. */
    private final BooleanSupplier moreTakers;

    @GuardedBy("lock")
    private final Turns waiting = new Turns();

    /** The takers that wait for requests. The last to come is woken first: its thread and connection are still warm. */
    @GuardedBy("lock")
    private final ArrayDeque<Condition> idleTakers = new ArrayDeque<>();

    /**
     * A taker has been signalled or started, and has not run yet. It will take all that is there by then, so signalling another one
     * would only split the pipeline.
     */
    @GuardedBy("lock")
    private boolean waking;

    @GuardedBy("lock")
    private boolean closed;

    private volatile boolean isLeft;

    /** Makes a queue that has {@code moreTakers} started under its lock when requests wait and no taker is idle. */
    RequestQueue(BooleanSupplier moreTakers) {
        this.moreTakers = moreTakers;
    }

    /** A taker that has been started is about to take. */
    void begin() {
        lock.lock();
        try {
            waking = false;
        } finally {
            lock.unlock();
        }
    }

    /** Adds requests; returns false if the queue is closed. */
    boolean offer(List<? extends Request> requests) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.addAll(requests);
            wakeOne();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Moves up to {@code most} requests to the empty {@code batch}, waiting for one; returns false when closed. */
    boolean take(List<Request> batch, int most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed) {
                Condition woken = lock.newCondition();
                idleTakers.push(woken);
                try {
                    woken.await();
                } finally {
                    idleTakers.remove(woken);
                    waking = false;
                }
            }
            waiting.moveTo(batch, most);
            if (!waiting.isEmpty()) {
                wakeOne();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the requests that are overdue by that timeout, wherever they stand. */
    List<Request> removeOverdue(long nanos) {
        lock.lock();
        try {
            return waiting.removeOverdue(nanos);
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many requests wait. */
    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns for how many nanoseconds the request has been waiting that has waited longest; 0 if none waits. */
    long longestWaitNanos() {
        lock.lock();
        try {
            return waiting.longestWaitNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further requests, wakes all takers and returns the requests that were still waiting. */
    List<Request> close() {
        lock.lock();
        try {
            closed = true;
            List<Request> rest = waiting.removeAll();
            idleTakers.forEach(Condition::signal);
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** Does what {@link #close} does, for a server whose requests others take over. */
    List<Request> leave() {
        isLeft = true;
        return close();
    }

    boolean isLeft() {
        return isLeft;
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void wakeOne() {
        if (waking || waiting.isEmpty()) {
            return;
        }
        if (idleTakers.isEmpty()) {
            waking = moreTakers.getAsBoolean();
        } else {
            waking = true;
            idleTakers.pop().signal();
        }
    }
}
