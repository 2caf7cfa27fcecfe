package redisproxy.net;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an event loop does when it has served what is ready: it has the requests leave that have gathered meanwhile. Belongs to the
 * loop's thread.
 *
 * <p>When replies have arrived and are still to be written, that is put off until they are, and the selector has looked once more what is
 * ready. The clients that have got them ask for more at once. Otherwise there would be two groups of clients, whose requests leave in
 * turns: each with half of the requests, so that each request costs Redis and the proxy more.
 */
final class LoopEnd {
    private static final Logger LOG = LoggerFactory.getLogger(LoopEnd.class);

    private final Loop loop;
    private final Work round;
    private final List<Runnable> actions = new ArrayList<>();
    private State state = State.DUE;

    /** Whether an update of {@link #workedBesides} is to come. */
    private boolean isSubmitted;

    private enum State {
        /** It comes at the end of the present work. */
        DUE,
        /** It comes after the selector has looked once more. */
        PUT_OFF,
        /** The selector has looked. */
        LOOKED
    }

    /** What else the loop has to do before it waits. */
    interface Work {
        /** Returns whether connections are to be served, at the end of which {@link LoopEnd#workEnded} is called. */
        boolean isDue();

        /** Returns whether connections are to be resumed, at the end of which {@link LoopEnd#workEnded} is called. */
        boolean isResuming();
    }

    /** The loop that it is of. */
    interface Loop {
        /** Has something run when the loop has served what is ready. If it is at that already: once it has looked what is ready. */
        void submit(Runnable work);

        /** The loop is at work, until {@link #leave}. */
        void enter();

        /** Ends what {@link #enter} has begun. */
        void leave();
    }

    LoopEnd(Loop loop, Work round) {
        this.loop = loop;
        this.round = round;
    }

    /** Adds something to be done once. The loop is at work. */
    void add(Runnable action) {
        actions.add(action);
    }

    /** The round has served or resumed connections; {@code writes} says whether it writes, or has written, replies that have arrived. */
    void workEnded(boolean writes) {
        if (actions.isEmpty() || state == State.PUT_OFF) {
            return;
        }
        if (writes && state == State.DUE) {
            state = State.PUT_OFF;
            loop.submit(this::looked);
        } else {
            carryOut();
        }
    }

    private void looked() {
        state = State.LOOKED;
        if (!round.isDue()) {
            carryOut();
        }
    }

    /** The loop has worked for something else than the connections of the round. */
    void workedBesides() {
        if (!actions.isEmpty() && state == State.DUE && !isSubmitted) {
            isSubmitted = true;
            loop.submit(this::endUnlessOthers);
        }
    }

    private void endUnlessOthers() {
        isSubmitted = false;
        if (state == State.DUE && !round.isDue() && !round.isResuming()) {
            carryOut();
        }
    }

    private void carryOut() {
        state = State.DUE;
        loop.enter();
        try {
            // What is done may add something.
            for (int i = 0; i < actions.size(); i++) {
                carryOut(actions.get(i));
            }
        } finally {
            actions.clear();
            loop.leave();
        }
    }

    private static void carryOut(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.error("What was to be done when all had been served has failed", e);
        }
    }
}
