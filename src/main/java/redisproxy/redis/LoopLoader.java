package redisproxy.redis;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.Origin;
import redisproxy.cache.Term;
import redisproxy.upstream.EventLoop;

/**
 * Stands in for a loader's thread: an event loop sends requests over the loader's link, and reads the replies when they have arrived. So
 * neither a request nor a reply costs a change of threads. Whatever would have to be waited for is left to the thread: a link that is not
 * there, what the socket does not take, replies that are large, and all that fails.
 *
 * <p>Used by the one that has the loader's place in the queue: the thread, or the loop.
 */
final class LoopLoader implements Taker.StandIn, EventLoop.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(LoopLoader.class);

    /** What a socket with nothing under way takes at once. */
    private static final int MOST_BYTES = 64 * 1024;

    /** After replies that were too large for the loop, the thread serves as many batches. */
    private static final int PAUSE = 16;

    private final RequestQueue queue;
    private final Exchange exchange;
    private final InFlight inFlight;
    private final Reachability reachability;
    private final NodeCounters counters;
    private final Taker taker;

    /** Null if no loop stands in. */
    private volatile @Nullable Loan loan;

    private int pause;

    /** Whether a batch is under way here. Used by the loop's thread alone. */
    private boolean isServing;

    private final Runnable serveWaiting = this::serveWaiting;

    /** The loop that will serve what waits, when it has no other work; null if none will. Used by the loop's thread alone. */
    private @Nullable EventLoop serving;

    /** What a loop stands in with: a link, by values of an origin. */
    private record Loan(EventLoop loop, Link link, LoopIo io, Origin origin) {}

    LoopLoader(
            RequestQueue queue,
            Exchange exchange,
            InFlight inFlight,
            Reachability reachability,
            NodeCounters counters) {
        this.queue = queue;
        this.exchange = exchange;
        this.inFlight = inFlight;
        this.reachability = reachability;
        this.counters = counters;
        this.taker = queue.newTaker(exchange.batch(), Exchange.MAX_BATCH, this);
    }

    /** Returns the loader's place in the queue. */
    Taker taker() {
        return taker;
    }

    /* --------------- By the loader's thread --------------- */

    /** Has a loop stand in for the calling thread from now on, by a link that it has, if that is possible. */
    void begin(EventLoop next, Link mine, Origin from) {
        if (pause > 0) {
            pause--;
        } else {
            LoopIo io = mine.lendTo(next, this);
            if (io != null) {
                loan = new Loan(next, mine, io, from);
            }
        }
    }

    /** No loop stands in any more. */
    void end() {
        loan = null;
    }

    /* --------------- By the loop --------------- */

    @Override
    public boolean isReady() {
        return loan != null;
    }

    @Override
    public boolean isHere() {
        Loan present = loan;
        return present != null && present.loop.isCurrent();
    }

    @Override
    public void serveLater() {
        Loan present = loan;
        if (present != null && serving != present.loop) {
            serving = present.loop;
            present.loop.atEnd(serveWaiting);
        }
    }

    private void serveWaiting() {
        serving = null;
        queue.serve();
    }

    @Override
    public void serve() {
        isServing = true;
        long now = System.nanoTime();
        reachability.asked(now);
        inFlight.begin(exchange, now);
        try {
            send();
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
            handBack();
        }
    }

    private void send() {
        Loan present = loan;
        if (present == null || exchange.bytes() > MOST_BYTES) {
            handBack();
            return;
        }
        // Before the link: what is sent in a term goes over a link that is as new as the term.
        Term term = present.origin.term();
        if (!present.link.isCurrent()) {
            handBack();
            return;
        }
        exchange.send(present.link, term);
        if (present.io.hasUnsent()) {
            pause = PAUSE;
            handBack();
        } else if (exchange.receiveReady(present.link, present.io)) {
            // None of the requests was wanted any more.
            finish(present.link);
        }
    }

    @Override
    public void readable() {
        Loan present = loan;
        if (present == null || !present.loop.isCurrent()) {
            // A loop that had the link before.
            return;
        }
        if (!isServing) {
            lookAtIdle();
            return;
        }
        try {
            present.io.fill();
            if (exchange.receiveReady(present.link, present.io)) {
                finish(present.link);
            } else if (present.io.needsThread()) {
                pause = PAUSE;
                handBack();
            }
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
            handBack();
        }
    }

    private void finish(Link over) {
        counters.answered(exchange.batch().size());
        reachability.answered();
        over.heard();
        inFlight.end();
        exchange.clear();
        isServing = false;
        if (queue.takeNext(taker)) {
            serve();
        }
    }

    private void handBack() {
        isServing = false;
        Loan present = loan;
        if (present != null) {
            present.io.endWatch();
        }
        queue.handBack(taker);
    }

    /** The server has closed the connection, or has sent something that nobody asked for. */
    private void lookAtIdle() {
        if (!queue.claim(taker)) {
            // The thread is about to take the link back.
            return;
        }
        Loan present = loan;
        if (present != null && !isSilent(present.io)) {
            end();
            present.link.abort();
        }
        queue.release(taker);
    }

    private static boolean isSilent(LoopIo io) {
        try {
            return io.isSilent();
        } catch (JedisConnectionException e) {
            LOG.debug("A connection to Redis ended while it was idle", e);
            return false;
        }
    }

    @Override
    public void loopEnded() {
        if (!isHere()) {
            return;
        }
        if (isServing) {
            handBack();
        } else if (queue.claim(taker)) {
            end();
            queue.release(taker);
        }
    }
}
