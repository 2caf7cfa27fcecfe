package redisproxy.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.CacheConfig;
import redisproxy.cache.Coherence;
import redisproxy.cache.Entry;

/**
 * What caches on the way may do with a reply: {@code Cache-Control} (RFC 9111, section 5.2.2; RFC 5861, sections 3 and
 * 4). Thread-safe.
 */
final class CacheControl {
    private static final String NAME = "Cache-Control";

    /** What a reply says that is not cached here: ask again. */
    static final HeaderField NO_CACHE = new HeaderField(NAME, "no-cache");

    private final int most;
    private final boolean isLimited;

    /** By how long a reply may be kept. */
    private final FieldTable maxAges;

    /** The same with what may be done after that. */
    private final FieldTable stretchedMaxAges;

    CacheControl(CacheConfig config, @Nullable Duration limit) {
        this.isLimited = limit != null;
        this.most = limit == null ? Integer.MAX_VALUE : seconds(limit);
        String extensions = extension("stale-while-revalidate", config.staleWhileRevalidate())
                + extension("stale-if-error", config.staleIfError());
        this.maxAges = new FieldTable(NAME, seconds -> "max-age=" + seconds);
        this.stretchedMaxAges = new FieldTable(NAME, seconds -> "max-age=" + seconds + extensions);
    }

    /** Returns the header for an entry that is cached here and fresh for so long, or expired if that is negative. */
    HeaderField of(Entry entry, int freshSeconds, Coherence coherence) {
        int seconds = Math.min(Math.max(freshSeconds, 0), most);
        return switch (coherence) {
            case TTL -> mayBeStretched(entry, freshSeconds) ? stretchedMaxAges.get(seconds) : maxAges.get(seconds);
            // Nobody tells those on the way of writes: how long they may not notice one is for the operator to say.
            case TRACKING -> isLimited ? maxAges.get(seconds) : NO_CACHE;
            case LOST -> NO_CACHE;
        };
    }

    /** What has expired has been stretched here already; that a key does not exist is not said beyond its time. */
    private static boolean mayBeStretched(Entry entry, int freshSeconds) {
        return freshSeconds >= 0 && !entry.isAbsent();
    }

    private static String extension(String name, Duration time) {
        int seconds = seconds(time);
        return seconds == 0 ? "" : ", " + name + "=" + seconds;
    }

    /** Returns whole seconds, never more than the time. */
    private static int seconds(Duration time) {
        return (int) Math.min(time.toSeconds(), Integer.MAX_VALUE);
    }
}
