package redisproxy.redis;

import java.util.List;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One that takes requests of a {@link RequestQueue}: a thread, or an event loop that stands in for it while it waits. Used under the
 * queue's lock, but for what the one that has taken the requests does with them.
 */
final class Taker {
    private final Condition woken;
    private final List<Request> batch;
    private final int most;
    private final @Nullable StandIn standIn;
    private boolean isStoodInFor;
    private boolean isHandedBack;

    /** Serves requests in the place of a thread, if the thread that offers them may do so. */
    interface StandIn {
        /** Returns whether there is a thread that may {@link #serve}. */
        boolean isReady();

        /** Returns whether the calling thread is the one. */
        boolean isHere();

        /** Serves the requests of the batch, which does not block. */
        void serve();

        /** Has {@link RequestQueue#serve} called when the calling thread, which is the one, has no other work. */
        void serveLater();
    }

    /**
     * Makes a taker for a thread.
     *
     * @param batch takes up requests; empty when any are taken
     * @param most how many are taken at once
     * @param standIn null if nobody stands in for the thread
     */
    Taker(Condition woken, List<Request> batch, int most, @Nullable StandIn standIn) {
        this.woken = woken;
        this.batch = batch;
        this.most = most;
        this.standIn = standIn;
    }

    /** Waits until there may be something for the thread to do. */
    void await() throws InterruptedException {
        boolean isInterrupted = false;
        do {
            try {
                woken.await();
            } catch (InterruptedException e) {
                if (!isStoodInFor) {
                    throw e;
                }
                // What the thread owns is in use.
                isInterrupted = true;
            }
        } while (isStoodInFor);
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes the thread. */
    void wake() {
        woken.signal();
    }

    /** Takes requests that wait. */
    void take(Turns waiting) {
        waiting.moveTo(batch, most);
    }

    /** Returns whether another thread may stand in. */
    boolean hasStandIn() {
        return standIn != null && standIn.isReady();
    }

    /** Returns whether the calling thread may stand in. */
    boolean isHere() {
        return standIn != null && standIn.isHere();
    }

    /** Has the stand-in serve what it has taken. Not under the lock. */
    void serve() {
        if (standIn != null) {
            standIn.serve();
        }
    }

    /** Has the stand-in serve what waits when it has no other work. */
    void serveLater() {
        if (standIn != null) {
            standIn.serveLater();
        }
    }

    /** Returns whether as many requests wait as are taken at once. */
    boolean isFilledBy(Turns waiting) {
        return waiting.size() >= most;
    }

    /** The stand-in has the place of the thread, which sleeps. */
    void beginStandIn() {
        isStoodInFor = true;
    }

    /** The stand-in leaves the place to the thread, which still sleeps. */
    void endStandIn() {
        isStoodInFor = false;
    }

    /** The stand-in leaves it to the thread to end what it has begun, and wakes it. */
    void handBack() {
        isStoodInFor = false;
        isHandedBack = true;
        wake();
    }

    /** Returns whether there is something to end for the thread, once. */
    boolean takeBack() {
        boolean isBack = isHandedBack;
        isHandedBack = false;
        return isBack;
    }
}
