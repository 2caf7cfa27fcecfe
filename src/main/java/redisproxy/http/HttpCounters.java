package redisproxy.http;

import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link HttpStats}, which documents each. Thread-safe; no method blocks. */
final class HttpCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder absentHits = new LongAdder();
    final LongAdder staleHits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder bypasses = new LongAdder();
    final LongAdder notCached = new LongAdder();
    final LongAdder wrongTypes = new LongAdder();
    final LongAdder unavailable = new LongAdder();
    final LongAdder notModified = new LongAdder();
    final LongAdder preconditionsFailed = new LongAdder();
    final LongAdder puts = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder failedPuts = new LongAdder();
    final LongAdder failedDeletes = new LongAdder();
    final LongAdder welcomePages = new LongAdder();
    final LongAdder options = new LongAdder();
    final LongAdder badRequests = new LongAdder();
    final LongAdder methodsNotAllowed = new LongAdder();
    final LongAdder timeouts = new LongAdder();
    final LongAdder refusedRequests = new LongAdder();
    final LongAdder refusedConnections = new LongAdder();
    final LongAdder denied = new LongAdder();

    HttpStats stats() {
        return new HttpStats(
                hits.sum(),
                absentHits.sum(),
                staleHits.sum(),
                misses.sum(),
                bypasses.sum(),
                notCached.sum(),
                wrongTypes.sum(),
                unavailable.sum(),
                notModified.sum(),
                preconditionsFailed.sum(),
                welcomePages.sum(),
                options.sum(),
                badRequests.sum(),
                methodsNotAllowed.sum(),
                timeouts.sum(),
                refusedRequests.sum(),
                refusedConnections.sum(),
                denied.sum(),
                puts.sum(),
                deletes.sum(),
                failedPuts.sum(),
                failedDeletes.sum());
    }
}
