package redisproxy.redis;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redisproxy.upstream.EventLoop;
import redisproxy.upstream.LoopMember;

/**
 * Requests that wait for a loader, in the order of {@link Turns}. A loader takes all that wait, up to a bound, so what gathers
 * while the loaders are busy leaves as one pipeline. Where an event loop stands in for a loader, what comes from that loop's thread is
 * served by it, when a pipeline is full or the loop has no other work. Thread-safe.
 */
final class RequestQueue {
    private final ReentrantLock lock = new ReentrantLock();

    /** Starts a further taker, which {@linkplain #begin begins} then; returns false if there are to be no more. */
    private final BooleanSupplier moreTakers;

    @GuardedBy("lock")
    private final Turns waiting = new Turns();

    @GuardedBy("lock")
    private final IdleTakers idle = new IdleTakers();

    /** The event loop whose requests had to wake a thread last; null if none had to. */
    private volatile @Nullable EventLoop wantedBy;

    /** Whether the requests that had to wake a thread last were those of an event loop. */
    @GuardedBy("lock")
    private boolean isForLoop;

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

    /** Makes a taker as {@link Taker} has it. */
    Taker newTaker(List<Request> batch, int most, Taker.@Nullable StandIn standIn) {
        return new Taker(lock.newCondition(), batch, most, standIn);
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

    /** Adds requests, and serves them if the calling thread may; returns false if the queue is closed. */
    boolean offer(List<? extends Request> requests) {
        Taker here;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            waiting.addAll(requests);
            here = waking || waiting.isEmpty() ? null : idle.here();
            if (here == null) {
                noteLoop(requests);
                wakeOne();
            } else if (here.isFilledBy(waiting)) {
                takeFor(here);
                leaveRest();
            } else {
                here.serveLater();
                here = null;
            }
        } finally {
            lock.unlock();
        }
        if (here != null) {
            here.serve();
        }
        return true;
    }

    /** Has what still waits served later by the calling thread, or by another one if it may not. */
    @GuardedBy("lock")
    private void leaveRest() {
        Taker here = waiting.isEmpty() ? null : idle.here();
        if (here == null) {
            wakeOne();
        } else {
            here.serveLater();
        }
    }

    /** Has an idle taker take in whose place the calling thread serves. */
    @GuardedBy("lock")
    private void takeFor(Taker here) {
        idle.remove(here);
        here.beginStandIn();
        here.take(waiting);
    }

    /** Serves what waits, as far as the calling thread may; has another one serve the rest. */
    void serve() {
        for (Taker here = takeHere(); here != null; here = takeHere()) {
            here.serve();
        }
    }

    private @Nullable Taker takeHere() {
        lock.lock();
        try {
            Taker here = waking || waiting.isEmpty() ? null : idle.here();
            if (here == null) {
                wakeOne();
            } else {
                takeFor(here);
            }
            return here;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void noteLoop(List<? extends Request> requests) {
        isForLoop = false;
        if (!requests.isEmpty() && requests.get(0).recipient() instanceof LoopMember member) {
            wantedBy = member.loop();
            isForLoop = true;
        }
    }

    /** Returns the event loop that had better stand in for a loader; null if there is none. */
    @Nullable
    EventLoop wantedBy() {
        return wantedBy;
    }

    /**
     * Takes more in the place of a thread, if that fills a pipeline; returns false if not, and leaves the place then. What waits is served
     * later.
     */
    boolean takeNext(Taker stoodInFor) {
        lock.lock();
        try {
            if (!closed && stoodInFor.isFilledBy(waiting)) {
                stoodInFor.take(waiting);
                leaveRest();
                return true;
            }
            leavePlace(stoodInFor);
            if (!closed && !waiting.isEmpty()) {
                stoodInFor.serveLater();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the place of a thread, to look after what it has; returns false if the thread is not idle. */
    boolean claim(Taker wanted) {
        lock.lock();
        try {
            boolean isIdle = idle.remove(wanted);
            if (isIdle) {
                wanted.beginStandIn();
            }
            return isIdle;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves the place that was taken by {@link #claim}. */
    void release(Taker claimed) {
        lock.lock();
        try {
            leavePlace(claimed);
            wakeOne();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void leavePlace(Taker stoodInFor) {
        stoodInFor.endStandIn();
        if (closed) {
            stoodInFor.wake();
        } else {
            idle.add(stoodInFor);
        }
    }

    /** Leaves it to the thread to end what has been begun in its place. */
    void handBack(Taker stoodInFor) {
        lock.lock();
        try {
            stoodInFor.handBack();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Has the calling thread take requests, or what it is {@linkplain #handBack handed back}, and waits for that; returns false when
     * closed.
     */
    boolean take(Taker me) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed) {
                idle.add(me);
                try {
                    me.await();
                } finally {
                    idle.remove(me);
                    waking = false;
                }
                if (me.takeBack()) {
                    return true;
                }
            }
            me.take(waiting);
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
            idle.wakeAll();
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
        Taker next = idle.withoutStandIn();
        // A loop that has no connection yet gets one of its own. Others use one that there is, though a loop has it.
        if (next == null && (isForLoop || idle.isEmpty())) {
            waking = moreTakers.getAsBoolean();
        }
        if (next == null && !waking) {
            next = idle.last();
        }
        if (next != null) {
            waking = true;
            idle.remove(next);
            next.wake();
        }
    }
}
