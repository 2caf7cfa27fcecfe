package redisproxy.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;

/**
 * The {@code Cache-Control} of a response, which tells caches between proxy and client for how long they may keep it (RFC 9111,
 * section 5.2.2; RFC 5861, sections 3 and 4). They count from when they get it, since it has no {@code Age}: for them the proxy
 * is the origin of its responses, and {@code max-age} is what is left of the value's time. Thread-safe.
 */
final class CacheControl {
    private static final String NAME = "Cache-Control";
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** For a response that is not cached here: other caches have to ask again. */
    static final HeaderField NO_CACHE = new HeaderField(NAME, "no-cache");

    private final int most;
    private final boolean isLimited;

    /** Other caches have never been allowed to keep a value, however fresh it is. */
    private final boolean isNeverKept;

    /** Other caches have been allowed to keep a value for a time although writes are reported here. */
    private final boolean hasBeenLimited;

    /** By the seconds for which a response may be kept. */
    private final FieldTable maxAges;

    /** The same, with the times for which it may be served after that. */
    private final FieldTable staleMaxAges;

    CacheControl(CacheConfig config, @Nullable Duration limit) {
        this(config, limit, null);
    }

    /** Makes one that replaces {@code before}: what that has allowed other caches to keep, they may hold still. */
    CacheControl(CacheConfig config, @Nullable Duration limit, @Nullable CacheControl before) {
        this.isLimited = limit != null;
        this.most = limit == null ? Integer.MAX_VALUE : seconds(limit);
        // Some of its time has passed when a value is sent, so less than a second is left of a TTL of one.
        this.isNeverKept = (most == 0 || config.ttl().compareTo(SECOND) <= 0) && (before == null || before.isNeverKept);
        this.hasBeenLimited = isLimited || (before != null && before.hasBeenLimited);
        String extensions = extension("stale-while-revalidate", config.staleWhileRevalidate())
                + extension("stale-if-error", config.staleIfError());
        this.maxAges = new FieldTable(NAME, seconds -> "max-age=" + seconds);
        this.staleMaxAges = new FieldTable(NAME, seconds -> "max-age=" + seconds + extensions);
    }

    /**
     * Returns the header for a cached entry.
     *
     * @param freshSeconds for how long the entry stays fresh; negative if it has expired
     */
    HeaderField of(Entry entry, int freshSeconds, Coherence coherence) {
        int seconds = Math.min(Math.max(freshSeconds, 0), most);
        return switch (coherence) {
            case TTL -> mayBeServedStale(entry, freshSeconds) ? staleMaxAges.get(seconds) : maxAges.get(seconds);
            // Redis reports writes to the proxy only; the operator decides for how long other caches may miss one.
            case TRACKING -> isLimited ? maxAges.get(seconds) : NO_CACHE;
            case LOST -> NO_CACHE;
        };
    }

    /**
     * Returns whether a response with the header of {@link #of} may be a 304. nginx takes one that says {@code max-age=0} or
     * {@code no-cache} for leave to keep its own copy for as long as it was allowed at first. So where other caches have been
     * allowed to keep the value, only a response that allows it again may be a 304.
     */
    boolean mayBeNotModified(int freshSeconds, Coherence coherence) {
        if (isNeverKept) {
            return true;
        }
        return switch (coherence) {
            case TTL -> freshSeconds > 0;
            case TRACKING -> !hasBeenLimited || (isLimited && freshSeconds > 0);
            case LOST -> !hasBeenLimited;
        };
    }

    /** An expired value is already being served stale here; an absent key is never served stale. */
    private static boolean mayBeServedStale(Entry entry, int freshSeconds) {
        return freshSeconds >= 0 && !entry.isAbsent();
    }

    private static String extension(String name, Duration time) {
        int seconds = seconds(time);
        return seconds == 0 ? "" : ", " + name + "=" + seconds;
    }

    /** Returns the whole seconds, rounded down. */
    private static int seconds(Duration time) {
        return (int) Math.min(time.toSeconds(), Integer.MAX_VALUE);
    }
}
