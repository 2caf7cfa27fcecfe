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
    private volatile @Nullable EventLoop loop;

    private @Nullable Link link;
    private @Nullable LoopIo io;
    private @Nullable Origin origin;
    private int pause;

    /** Whether a batch is under way here. Used by the loop's thread alone. */
    private boolean isServing;

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
        } else if (mine.onLoop() == null && mine.lendTo(next, this)) {
            link = mine;
            io = mine.onLoop();
            origin = from;
            loop = next;
        }
    }

    /** The thread drops its link, or takes it back: no loop stands in any more. */
    void end() {
        loop = null;
        link = null;
        io = null;
    }

    /* --------------- By the loop --------------- */

    @Override
    public boolean isReady() {
        return loop != null;
    }

    @Override
    public boolean isHere() {
        EventLoop mine = loop;
        return mine != null && mine.isCurrent();
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
        Link mine = link;
        LoopIo mineIo = io;
        Origin from = origin;
        if (mine == null || mineIo == null || from == null || exchange.bytes() > MOST_BYTES) {
            handBack();
            return;
        }
        // Before the link: what is sent in a term goes over a link that is as new as the term.
        Term term = from.term();
        if (!mine.isCurrent()) {
            handBack();
            return;
        }
        exchange.send(mine, term);
        if (mineIo.hasUnsent()) {
            pause = PAUSE;
            handBack();
        } else if (exchange.receiveReady(mine, mineIo)) {
            // None of the requests was wanted any more.
            finish(mine);
        }
    }

    @Override
    public void readable() {
        if (!isHere()) {
            // A loop that had the link before.
            return;
        }
        Link mine = link;
        LoopIo mineIo = io;
        if (!isServing || mine == null || mineIo == null) {
            lookAtIdle();
            return;
        }
        try {
            mineIo.fill();
            if (exchange.receiveReady(mine, mineIo)) {
                finish(mine);
            } else if (mineIo.needsThread()) {
                pause = PAUSE;
                handBack();
            }
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
            handBack();
        }
    }

    private void finish(Link mine) {
        counters.answered(exchange.batch().size());
        reachability.answered();
        mine.heard();
        inFlight.end();
        exchange.clear();
        isServing = false;
        if (queue.takeNext(taker)) {
            serve();
        }
    }

    private void handBack() {
        isServing = false;
        queue.handBack(taker);
    }

    /** The server has closed the connection, or has sent something that nobody asked for. */
    private void lookAtIdle() {
        if (!queue.claim(taker)) {
            // The thread is about to take the link back.
            return;
        }
        Link mine = link;
        if (mine != null && !isSilent()) {
            end();
            mine.abort();
        }
        queue.release(taker);
    }

    private boolean isSilent() {
        try {
            return io == null || io.isSilent();
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
            loop = null;
            queue.release(taker);
        }
    }
}
