package redisproxy.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.measure.DurationStats;
import redisproxy.measure.Durations;
import redisproxy.measure.HitTimer;

/**
 * Makes all answers about one cache, for the servlet and for a server that answers without it, and counts them. Call a method
 * once for each request. Thread-safe; no method blocks. Header values that many hits share are formatted once.
 */
public final class Answers {
    private static final Answer NOT_CACHED = Answer.text(
            Answer.Head.NOT_CACHED,
            "no cached value is acceptable, and the request allows no other (only-if-cached)\n",
            CacheStatus.ONLY_IF_CACHED);

    private static final Answer UNAUTHORIZED = Answer.text(
            Answer.Head.UNAUTHORIZED, "the request has no credentials that prove somebody (expected: Authorization)\n");

    private static final Answer TOO_MANY_LOGINS = Answer.text(
            Answer.Head.TOO_MANY_LOGINS,
            "too many wrong logins from this address wait for their answers (expected: fewer at once)\n");

    private static final Answer FORBIDDEN =
            Answer.text(Answer.Head.FORBIDDEN, "this user has no permissions to read this key\n");

    private static final Answer BAD_REQUEST = Answer.text(Answer.Head.BAD_REQUEST, "400 Bad Request\n");

    private static final Answer REQUEST_TIMEOUT =
            Answer.text(Answer.Head.REQUEST_TIMEOUT, "the request took too long to arrive\n");

    private final ReadThroughCache cache;
    private volatile CacheControl control;
    private final CacheStatus status;
    private final HttpCounters counters = new HttpCounters();
    private final WriteAnswers writes = new WriteAnswers(counters);
    private final Durations durations = new Durations();

    /**
     * Makes the answers about {@code cache}, whose configuration {@code config} is.
     *
     * @param maxAge the greatest {@code max-age} in {@code Cache-Control}, or null for no limit but the freshness of a value
     */
    public Answers(ReadThroughCache cache, CacheConfig config, @Nullable Duration maxAge) {
        this.cache = cache;
        this.control = new CacheControl(config, maxAge);
        this.status = new CacheStatus(config.tracking() != null);
    }

    /** Returns what makes the answers to requests that write. */
    WriteAnswers writes() {
        return writes;
    }

    /** Has answers follow the configuration that the cache changes to, with this greatest {@code max-age}. */
    public void change(CacheConfig config, @Nullable Duration maxAge) {
        control = new CacheControl(config, maxAge, control);
    }

    /** Returns a snapshot of the figures. */
    public HttpStats stats() {
        return counters.stats();
    }

    /**
     * Returns how long requests for keys took until their answers were known, the wait for Redis included. What a server answers
     * from memory in batches is measured in samples.
     */
    public DurationStats durations() {
        return durations.stats();
    }

    /** Returns a timer for the requests of one connection that are answered from memory in batches. */
    public HitTimer hitTimer() {
        return new HitTimer(durations);
    }

    /** Records how long a request for a key took, whose answer is known now; {@code begunNanos} is {@link System#nanoTime()}. */
    public void answered(long begunNanos) {
        durations.record(System.nanoTime() - begunNanos);
    }

    /* --------------- Keys --------------- */

    /** Returns the answer from an entry that was found in memory, expired or not. */
    public Answer hit(Entry entry) {
        int fresh = cache.freshSeconds(entry, cache.now());
        Coherence coherence = cache.coherence(entry);
        counterOfHit(entry, fresh).increment();
        return answer(entry, fresh, coherence, status.hit(fresh, coherence));
    }

    private LongAdder counterOfHit(Entry entry, int freshSeconds) {
        if (freshSeconds < 0) {
            return counters.staleHits;
        }
        return entry.isAbsent() ? counters.absentHits : counters.hits;
    }

    /** Sets {@code head} to that of {@link #hit}, and counts the answer as that does. */
    public void describe(Entry entry, HitHead head) {
        int fresh = cache.freshSeconds(entry, cache.now());
        counterOfHit(entry, fresh).increment();
        Coherence coherence = cache.coherence(entry);
        head.set(entry, control.of(entry, fresh, coherence), status.hit(fresh, coherence));
    }

    /**
     * Returns the answer from the result of a load.
     *
     * @param mode how the request asked for the load
     * @param isCollapsed whether the request joined a load that another request had started
     */
    public Answer loaded(Entry entry, Provenance provenance, LoadMode mode, boolean isCollapsed) {
        counterOfLoad(provenance, mode).increment();
        Coherence coherence = cache.coherence(entry);
        HeaderField how = status.loaded(provenance, mode, isCollapsed, coherence);
        return switch (provenance) {
            // Even a cache that kept it for as long as an earlier answer would keep what Redis holds now.
            case PASSED, BYPASSED -> Answer.of(entry, CacheControl.NO_CACHE, how, /* mayBeNotModified= */ true);
            case STORED, RENEWED, STALE -> cached(entry, coherence, how);
        };
    }

    private LongAdder counterOfLoad(Provenance provenance, LoadMode mode) {
        return switch (provenance) {
            case STALE -> counters.staleHits;
            case BYPASSED -> counters.bypasses;
            case STORED, RENEWED, PASSED -> mode.isAnew() ? counters.bypasses : counters.misses;
        };
    }

    /** Returns the answer from an entry that is served because the backing store did not answer. */
    Answer insteadOfError(Entry entry) {
        counters.staleHits.increment();
        return cached(entry, cache.coherence(entry), CacheStatus.STALE_IF_ERROR);
    }

    private Answer cached(Entry entry, Coherence coherence, HeaderField how) {
        return answer(entry, cache.freshSeconds(entry, cache.now()), coherence, how);
    }

    private Answer answer(Entry entry, int freshSeconds, Coherence coherence, HeaderField how) {
        CacheControl present = control;
        return Answer.of(
                entry,
                present.of(entry, freshSeconds, coherence),
                how,
                present.mayBeNotModified(freshSeconds, coherence));
    }

    /** Returns the answer to a request whose load failed; the parameters are those of {@link #loaded}. */
    public Answer failed(BackingStoreException cause, LoadMode mode, boolean isCollapsed) {
        String text = cause.getMessage() + "\n";
        if (cause.isNotAString()) {
            counters.wrongTypes.increment();
            return Answer.text(Answer.Head.WRONG_TYPE, text, status.refused(mode, isCollapsed, cache.coherence()));
        }
        counters.unavailable.increment();
        return Answer.text(Answer.Head.UNAVAILABLE, text, CacheStatus.unavailable(mode, isCollapsed));
    }

    /** Returns the answer to a request with {@code only-if-cached} for which nothing is cached. */
    Answer notCached() {
        counters.notCached.increment();
        return NOT_CACHED;
    }

    /* --------------- Conditions, which come on top of an answer from above --------------- */

    /** Returns the answer for a client that has the value already. */
    Answer notModified(Answer answer) {
        counters.notModified.increment();
        return answer.notModified();
    }

    /** Returns the answer for a client that wants another value than the key has, or any value at all. */
    Answer failedPrecondition(Answer answer) {
        counters.preconditionsFailed.increment();
        return answer.failedPrecondition();
    }

    /* --------------- Requests that ask for no key, and refusals --------------- */

    /** Returns the welcome page. */
    Answer welcome() {
        counters.welcomePages.increment();
        return Answer.text(Answer.Head.WELCOME, Welcome.text(cache.config().ttl(), cache.storeStats()));
    }

    /** Returns the answer to a request whose target names no key. */
    Answer badTarget(BadTargetException cause) {
        counters.badRequests.increment();
        return Answer.text(Answer.Head.BAD_REQUEST, cause.getMessage() + "\n");
    }

    /** Returns the answer to a request with the method OPTIONS (RFC 9110, section 9.3.7), which tells these methods. */
    Answer options(List<String> methods) {
        counters.options.increment();
        return Answer.text(Answer.Head.OPTIONS, "").allowing(methods);
    }

    /** Returns the answer to a request with another method than these. */
    Answer methodNotAllowed(List<String> methods) {
        counters.methodsNotAllowed.increment();
        int last = methods.size() - 1;
        String names = String.join(", ", methods.subList(0, last)) + " and " + methods.get(last);
        return Answer.text(Answer.Head.METHOD_NOT_ALLOWED, "only " + names + " are allowed\n")
                .allowing(methods);
    }

    /** Returns the answer to a request without credentials that prove somebody. */
    Answer unauthorized() {
        counters.denied.increment();
        return UNAUTHORIZED;
    }

    /** Returns the answer to a request with credentials that are not looked at, since too many wrong ones came from its address. */
    Answer tooManyLogins() {
        counters.denied.increment();
        return TOO_MANY_LOGINS;
    }

    /** Returns the answer to a request for a key that its sender may not read. */
    Answer forbidden() {
        counters.denied.increment();
        return FORBIDDEN;
    }

    /** Returns the answer to a request of a page of another origin, which {@code origin} is if the browser tells it. */
    Answer otherOrigin(@Nullable String origin) {
        counters.denied.increment();
        return Answer.text(
                Answer.Head.FORBIDDEN,
                (origin == null ? "a page of another origin" : "Origin: '%s'".formatted(origin))
                        + " is not allowed (expected: an origin that CORS_ORIGIN lists)\n");
    }

    /** Returns the answer to a request for a host whose name is not allowed. */
    Answer otherHost(@Nullable String host) {
        counters.denied.increment();
        return Answer.text(
                Answer.Head.MISDIRECTED,
                "Host: '%s' is not allowed (expected: localhost, an IP address, or a name that ALLOWED_HOSTS lists)\n"
                        .formatted(host));
    }

    /** Returns the answer to bytes that are no HTTP request. */
    public Answer badRequest() {
        countBadRequest();
        return BAD_REQUEST;
    }

    /** Counts a request that the server has refused with an answer of its own. */
    public void countBadRequest() {
        counters.badRequests.increment();
    }

    /** Counts a request that the server has refused with 503 because too much is held for clients. */
    public void countRefusedRequest() {
        counters.refusedRequests.increment();
    }

    /** Returns the answer to a request that did not arrive whole in time. */
    public Answer requestTimeout() {
        counters.timeouts.increment();
        return REQUEST_TIMEOUT;
    }

    /** Returns the answer to a request while {@code most} are in process, the most allowed. */
    Answer tooManyRequests(int most) {
        counters.refusedRequests.increment();
        String requests = most == 1 ? "1 request is" : most + " requests are";
        return Answer.text(Answer.Head.UNAVAILABLE, requests + " in process, the most allowed\n");
    }

    /** Returns the answer to a request that is refused because all clients together hold {@code most} bytes, the most allowed. */
    public Answer outOfMemory(long most) {
        countRefusedRequest();
        return Answer.text(
                Answer.Head.UNAVAILABLE, "the requests of all clients together may take %d bytes\n".formatted(most));
    }

    /** Returns the answer on a connection that was opened while {@code most} are open, the most allowed. */
    public Answer tooManyConnections(int most) {
        counters.refusedConnections.increment();
        return Answer.text(Answer.Head.UNAVAILABLE, "%d connections are open, the most allowed\n".formatted(most));
    }
}
