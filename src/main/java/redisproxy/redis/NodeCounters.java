package redisproxy.redis;

import java.util.concurrent.atomic.LongAdder;
import redisproxy.cache.NodeStats;

/** Counts what happens between this process and one server. Thread-safe; no method blocks. */
final class NodeCounters {
    private final LongAdder requests = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder broken = new LongAdder();
    private final LongAdder unreachable = new LongAdder();
    private final LongAdder timedOut = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder errorReplies = new LongAdder();

    /** So many requests have been answered. */
    void answered(int count) {
        requests.add(count);
    }

    /** A link has been opened. */
    void opened() {
        opened.increment();
    }

    /** A link that had been opened is closed. */
    void closed() {
        closed.increment();
    }

    /** A link is given up because it failed. */
    void broken() {
        broken.increment();
    }

    /** No connection could be made. */
    void unreachable() {
        unreachable.increment();
    }

    /** So many requests have waited for the whole timeout. */
    void timedOut(int count) {
        timedOut.add(count);
    }

    /** So many requests are not sent because the circuit is open. */
    void refused(int count) {
        refused.add(count);
    }

    /** A command has been answered by an error; a request may have two commands. */
    void errorReply() {
        errorReplies.increment();
    }

    long requests() {
        return requests.sum();
    }

    long linksOpened() {
        return opened.sum();
    }

    long linksBroken() {
        return broken.sum();
    }

    int linksOpen() {
        // In this order: a link that is closed has been opened before.
        long closedSoFar = closed.sum();
        return Math.toIntExact(opened.sum() - closedSoFar);
    }

    NodeStats.Errors errors() {
        return new NodeStats.Errors(unreachable.sum(), timedOut.sum(), refused.sum(), errorReplies.sum());
    }
}
