package redisproxy.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;

/**
 * Makes the answers of one cache, whoever sends them. Thread-safe; nothing here blocks. What a hit says is formatted once
 * for all hits that say the same.
 */
public final class Answers {
    private static final Answer NOT_CACHED = Answer.text(
            Answer.Head.NOT_CACHED,
            "nothing is cached that would do, and nothing else was asked for\n",
            CacheStatus.ONLY_IF_CACHED);

    private final ReadThroughCache cache;
    private final Duration ttl;
    private final FieldTable ages = new FieldTable("Age", Integer::toString);
    private final CacheControl control;
    private final CacheStatus status;

    /**
     * Makes the answers of {@code cache}, which is configured so.
     *
     * @param maxAge for how long clients may keep a value at most, or null for what its freshness allows
     */
    public Answers(ReadThroughCache cache, CacheConfig config, @Nullable Duration maxAge) {
        this.cache = cache;
        this.ttl = config.ttl();
        this.control = new CacheControl(config, maxAge);
        this.status = new CacheStatus(config.tracking() != null);
    }

    /** Returns the answer from an entry that was found in memory, fresh or not. */
    public Answer hit(Entry entry) {
        long now = cache.now();
        int fresh = cache.freshSeconds(entry, now);
        Coherence coherence = cache.coherence();
        return Answer.of(
                entry,
                ages.get(cache.ageSeconds(entry, now)),
                control.of(entry, fresh, coherence),
                status.hit(fresh, coherence));
    }

    /** Sets {@code head} to that of {@link #hit}. */
    public void describe(Entry entry, HitHead head) {
        long now = cache.now();
        int fresh = cache.freshSeconds(entry, now);
        Coherence coherence = cache.coherence();
        head.set(
                entry,
                ages.get(cache.ageSeconds(entry, now)),
                control.of(entry, fresh, coherence),
                status.hit(fresh, coherence));
    }

    /** Returns the answer from what a load has brought that was asked for in this mode. */
    public Answer loaded(Entry entry, Provenance provenance, LoadMode mode, boolean isCollapsed) {
        Coherence coherence = cache.coherence();
        HeaderField how = status.loaded(provenance, mode, isCollapsed, coherence);
        return switch (provenance) {
            case PASSED, BYPASSED -> Answer.of(entry, null, CacheControl.NO_CACHE, how);
            case STORED, RENEWED, STALE -> cached(entry, coherence, how);
        };
    }

    /** Returns the answer from an entry that is served since the backing store did not answer. */
    Answer insteadOfError(Entry entry) {
        return cached(entry, cache.coherence(), CacheStatus.STALE_IF_ERROR);
    }

    private Answer cached(Entry entry, Coherence coherence, HeaderField how) {
        long now = cache.now();
        HeaderField age = ages.get(cache.ageSeconds(entry, now));
        return Answer.of(entry, age, control.of(entry, cache.freshSeconds(entry, now), coherence), how);
    }

    /** Returns the answer to a load that failed. */
    public Answer failed(BackingStoreException cause, LoadMode mode, boolean isCollapsed) {
        String text = cause.getMessage() + "\n";
        return cause.isNotAString()
                ? Answer.text(Answer.Head.WRONG_TYPE, text, status.refused(mode, isCollapsed, cache.coherence()))
                : Answer.text(Answer.Head.UNAVAILABLE, text, CacheStatus.unavailable(mode, isCollapsed));
    }

    /** Returns the answer to whoever wants nothing that is not cached, when nothing is. */
    Answer notCached() {
        return NOT_CACHED;
    }

    Answer welcome() {
        return Answer.text(
                Answer.Head.WELCOME, Welcome.text(ttl, cache.storeStats().tracking()));
    }
}
