package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Loads and questions that wait for a connection, in the order in which they came. A taker gets all that wait, up to a
 * bound, so what gathers while connections are busy leaves as one pipeline. Thread-safe.
 */
final class LoadQueue {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();

    /** Those who wait for loads; who came last is woken first, since its thread and connection are still warm. */
    @GuardedBy("lock")
    private final ArrayDeque<Condition> idleTakers = new ArrayDeque<>();

    /**
     * A taker has been signalled and has not run yet. It will take all that is there by then, so signalling another one
     * would only split the pipeline.
     */
    @GuardedBy("lock")
    private boolean waking;

    @GuardedBy("lock")
    private boolean closed;

    /** Adds loads; returns false if the queue is closed. */
    boolean offer(List<Request> requests) {
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

    /** Moves up to {@code most} loads to the empty {@code batch}, waiting for one; returns false when closed. */
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
            while (batch.size() < most && !waiting.isEmpty()) {
                batch.add(waiting.remove());
            }
            if (!waiting.isEmpty()) {
                wakeOne();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the loads that have been under way for {@code nanos}, wherever they stand. */
    List<Request> removeOverdue(long nanos) {
        lock.lock();
        try {
            // Whoever had to wait for another load of the same key was under way before he came here.
            List<Request> overdue = new ArrayList<>();
            waiting.removeIf(request -> request.waitedNanos() >= nanos && overdue.add(request));
            return overdue;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further loads, wakes all takers and returns the loads that were still waiting. */
    List<Request> close() {
        lock.lock();
        try {
            closed = true;
            List<Request> rest = List.copyOf(waiting);
            waiting.clear();
            idleTakers.forEach(Condition::signal);
            return rest;
        } finally {
            lock.unlock();
        }
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
        if (!waking && !waiting.isEmpty() && !idleTakers.isEmpty()) {
            waking = true;
            idleTakers.pop().signal();
        }
    }
}
