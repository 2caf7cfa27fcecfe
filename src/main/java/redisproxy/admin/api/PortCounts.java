package redisproxy.admin.api;

import redisproxy.http.HttpStats;
import redisproxy.resp.CommandResult;
import redisproxy.resp.CommandStats;
import redisproxy.resp.RespStats;

/**
 * What a port has answered since the start, in the same terms for both ports.
 *
 * @param hits requests answered from memory, stale and absent ones included
 * @param misses requests that waited for Redis
 * @param errors requests that were refused or failed
 */
record PortCounts(long requests, long hits, long misses, long errors) {
    static PortCounts of(HttpStats stats) {
        return new PortCounts(
                stats.requests(),
                stats.hits() + stats.absentHits() + stats.staleHits(),
                stats.misses() + stats.bypasses(),
                stats.notCached()
                        + stats.wrongTypes()
                        + stats.unavailable()
                        + stats.failedPuts()
                        + stats.failedDeletes()
                        + stats.badRequests()
                        + stats.methodsNotAllowed()
                        + stats.timeouts()
                        + stats.refusedRequests()
                        + stats.denied());
    }

    static PortCounts of(RespStats stats) {
        long hits = 0;
        long misses = 0;
        long errors = 0;
        for (CommandStats each : stats.byCommand()) {
            hits += each.count(CommandResult.HIT) + each.count(CommandResult.ABSENT) + each.count(CommandResult.STALE);
            misses += each.count(CommandResult.MISS) + each.count(CommandResult.BYPASS);
            errors += each.failed() + each.rejected();
        }
        return new PortCounts(stats.commands(), hits, misses, errors);
    }
}
