package redisproxy.redis;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Origin;
import redisproxy.cache.Term;
import redisproxy.upstream.EventLoop;

/**
 * What one loader thread does: take the requests that wait, and exchange them for replies over a link that it keeps. {@link
 * #inFlight} is for other threads.
 */
final class Loader {
    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private final NodeConfig config;
    private final Links links;
    private final RequestQueue queue;
    private final boolean isForLoops;
    private final Reachability reachability;
    private final NodeCounters counters;
    private final Rerouting rerouting;
    private final InFlight inFlight = new InFlight();
    private final Exchange exchange = new Exchange();
    private final LoopLoader onLoop;

    /** The loader's own link: kept until it breaks or is outdated. */
    private @Nullable Link link;

    /** Whether there was a link for the batch. */
    private boolean isConnected;

    Loader(
            NodeConfig config,
            Links links,
            RequestQueue queue,
            boolean isForLoops,
            Reachability reachability,
            NodeCounters counters,
            Rerouting rerouting) {
        this.config = config;
        this.links = links;
        this.queue = queue;
        this.isForLoops = isForLoops;
        this.reachability = reachability;
        this.counters = counters;
        this.rerouting = rerouting;
        this.onLoop = new LoopLoader(queue, exchange, inFlight, reachability, counters);
    }

    /** Returns what other threads see of the requests under way. */
    InFlight inFlight() {
        return inFlight;
    }

    /** Serves requests, by values of that origin, until the queue is closed or the thread is interrupted. */
    void run(Origin origin) {
        try {
            queue.begin();
            while (queue.take(onLoop.taker())) {
                serveSafely(origin);
                beginOnLoop(origin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            giveLinkBack();
        }
    }

    /** Has the event loop stand in that the requests come from. */
    private void beginOnLoop(Origin origin) {
        EventLoop loop = queue.wantedBy();
        Link mine = link;
        if (!isForLoops || loop == null || mine == null || !mine.isCurrent()) {
            return;
        }
        try {
            onLoop.begin(loop, mine, origin);
        } catch (JedisConnectionException e) {
            LOG.debug("A connection to Redis broke while it was idle", e);
            dropLink();
        }
    }

    /** Whatever happens, each request of the batch ends, and the thread lives on. */
    private void serveSafely(Origin origin) {
        try {
            serve(origin);
        } catch (RuntimeException | Error e) {
            LOG.error("Loading failed unexpectedly", e);
            InFlight.fail(exchange.batch(), BackingStoreException.unavailable("the load ended without an answer", e));
        } finally {
            exchange.clear();
        }
    }

    private void serve(Origin origin) {
        if (!inFlight.isBusy()) {
            // An event loop has not begun it.
            long startedNanos = System.nanoTime();
            reachability.asked(startedNanos);
            inFlight.begin(exchange, startedNanos);
        }
        try {
            carryOut(origin);
        } catch (RuntimeException | Error e) {
            breakLink();
            giveUp(e, inFlight.begunNanos());
        } finally {
            inFlight.end();
            exchange.flush();
        }
    }

    private void carryOut(Origin origin) {
        // Before the link: what is sent in a term goes over a link that is as new as the term.
        Term term = origin.term();
        Link connected = exchange.isSent() ? requireNonNull(link) : connectOnceMore();
        try {
            if (exchange.isSent()) {
                isConnected = true;
                takeBack(connected);
                exchange.endOver(connected);
            } else {
                exchange.over(connected, term);
            }
        } catch (JedisConnectionException e) {
            if (!mayRepeat()) {
                throw e;
            }
            LOG.debug("A connection to Redis was dead; the requests are repeated once on a fresh one", e);
            exchange.failUnrepeatable(BackingStoreException.unavailable(Failures.describe(config, e), e));
            breakLink();
            term = origin.term();
            connected = connect();
            exchange.over(connected, term);
        }
        counters.answered(exchange.batch().size());
        reachability.answered();
        connected.heard();
    }

    private boolean mayRepeat() {
        return inFlight.abortedBy() == null && !queue.isClosed() && reachability.mayReplace();
    }

    /** Connects; once more if the server answers others and has closed a connection that it had accepted. */
    private Link connectOnceMore() {
        try {
            return connect();
        } catch (JedisConnectionException e) {
            boolean isCut = link != null && link.wasAccepted() && reachability.mayAsk();
            if (!isCut || !mayRepeat()) {
                throw e;
            }
            LOG.debug("A connection to Redis was closed while it was made; another one is made", e);
            dropLink();
            return connect();
        }
    }

    /** Returns the loader's link, and makes one first if it has none that is current. */
    private Link connect() {
        isConnected = false;
        Link mine = link;
        while (mine == null || !mine.isCurrent()) {
            dropLink();
            mine = links.acquire();
            link = mine;
            inFlight.waitOn(mine);
            if (!mine.isOpen()) {
                mine.open();
                // The requests may have been taken meanwhile, and must not be sent here then.
                inFlight.waitOn(mine);
            }
        }
        takeBack(mine);
        isConnected = true;
        return mine;
    }

    private void takeBack(Link mine) {
        onLoop.end();
        mine.takeBack();
    }

    private void breakLink() {
        if (link != null && link.isOpen()) {
            counters.broken();
        }
        dropLink();
    }

    private void dropLink() {
        if (link != null) {
            link.abort();
            giveLinkBack();
        }
    }

    private void giveLinkBack() {
        Link mine = link;
        if (mine != null) {
            link = null;
            onLoop.end();
            inFlight.leaveLink();
            links.giveBack(mine);
        }
    }

    private void giveUp(Throwable e, long startedNanos) {
        BackingStoreException abortedBy = inFlight.abortedBy();
        BackingStoreException cause =
                abortedBy != null ? abortedBy : BackingStoreException.unavailable(Failures.describe(config, e), e);
        if (!queue.isClosed()) {
            if (e instanceof OutOfMemoryError) {
                reachability.answered();
            } else if (abortedBy != null) {
                long askedNanosAgo = System.nanoTime() - startedNanos;
                if (exchange.answered() == 0 && reachability.hasHadItsTime(askedNanosAgo)) {
                    links.forgetSilent(startedNanos);
                }
                reachability.timedOut(cause.getMessage(), askedNanosAgo);
            } else if (isConnected) {
                reachability.brokeOff(cause.getMessage());
            } else {
                counters.unreachable();
                if (Failures.mayPass(e)) {
                    reachability.unreachable(cause.getMessage());
                } else {
                    reachability.refused(cause.getMessage());
                }
            }
            if (e instanceof WrongRoleException) {
                rerouting.wrongRole(Failures.describe(config, e));
            } else {
                rerouting.serverFailed();
            }
        }
        counters.answered(exchange.answered());
        List<Request> rest = inFlight.giveUp(exchange);
        boolean mayWait = !isConnected && Failures.mayPass(e) && rerouting.awaitsSuccessor();
        boolean isForOthers = abortedBy == null && (rerouting.hasOthers() || mayWait);
        if (queue.isLeft() || isForOthers) {
            rest = takeOver(rest);
        }
        reachability.failed(rest);
        rest.forEach(request -> request.fail(cause));
    }

    /** Has others take over what may be sent to them. Returns the rest. */
    private List<Request> takeOver(List<Request> unfinished) {
        List<Request> rest = new ArrayList<>();
        List<Request> sendable = new ArrayList<>();
        for (Request request : unfinished) {
            (request.maySendAgain() ? sendable : rest).add(request);
        }
        rest.addAll(rerouting.takeOver(sendable));
        return rest;
    }
}
