package redisproxy.http;

/**
 * How many HTTP requests were answered since the start, by result. A snapshot taken while requests run; its figures may be
 * a few requests apart. Each request counts for one result, which agrees with its {@code Cache-Status}; {@code notModified} and
 * {@code preconditionsFailed} count in addition. In another servlet container than the proxy's own server, what that
 * refuses by itself is not included. Nor are requests that end with 500, or with 503 while the proxy stops.
 *
 * @param hits values from memory that had not expired
 * @param absentHits absent keys answered from memory
 * @param staleHits expired entries served: during a renewal, because the request accepts them, or because the store did not
 *     answer
 * @param misses answers from a load, also if it found the key absent
 * @param bypasses answers from a load that the request demanded, or that was not cached because tracking was lost
 * @param notCached requests with {@code only-if-cached} that found nothing (504)
 * @param wrongTypes keys that hold no string (409)
 * @param unavailable loads that failed (503)
 * @param notModified answers to {@code If-None-Match} without a body (304)
 * @param preconditionsFailed refusals by {@code If-Match}, and of writes by {@code If-None-Match} (412)
 * @param welcomePages requests for the welcome page
 * @param options requests with the method OPTIONS (204)
 * @param badRequests requests that are malformed or too long (400, 413, 414, 415, 431, 505 and their like)
 * @param methodsNotAllowed requests with a method that is not allowed (405)
 * @param timeouts requests that did not arrive whole in time (408)
 * @param refusedRequests requests beyond the limit of requests in process (503)
 * @param refusedConnections connections beyond the limit of connections (503)
 * @param denied requests whose senders may not read what they ask for, or that pages of other origins sent, or that are for other hosts, or with
 *     credentials that are not looked at (401, 403, 421, 429)
 * @param puts requests with PUT and POST that Redis or a condition decided (201, 204, 412)
 * @param deletes requests with DELETE that Redis or a condition decided (204, 404, 412)
 * @param failedPuts requests with PUT and POST that Redis did not execute, or did not answer (409, 503)
 * @param failedDeletes the same with DELETE
 */
public record HttpStats(
        long hits,
        long absentHits,
        long staleHits,
        long misses,
        long bypasses,
        long notCached,
        long wrongTypes,
        long unavailable,
        long notModified,
        long preconditionsFailed,
        long welcomePages,
        long options,
        long badRequests,
        long methodsNotAllowed,
        long timeouts,
        long refusedRequests,
        long refusedConnections,
        long denied,
        long puts,
        long deletes,
        long failedPuts,
        long failedDeletes) {
    /** Returns the requests of all results. */
    public long requests() {
        return hits
                + absentHits
                + staleHits
                + misses
                + bypasses
                + notCached
                + wrongTypes
                + unavailable
                + puts
                + deletes
                + failedPuts
                + failedDeletes
                + welcomePages
                + options
                + badRequests
                + methodsNotAllowed
                + timeouts
                + refusedRequests
                + denied;
    }
}
