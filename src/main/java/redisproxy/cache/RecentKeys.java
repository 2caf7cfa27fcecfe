package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;

/** The keys of the values used last, as one process hands them to another. */
public final class RecentKeys {
    /** More keys take long to load, and their names much memory. */
    public static final int MOST = 1_000_000;

    /** What the names of all keys together may take. */
    public static final int MOST_BYTES = 16 * 1024 * 1024;

    private RecentKeys() {}

    /** Returns at most so many keys, the one used last first. Takes no lock; looks at all that is cached. */
    public static List<byte[]> of(ReadThroughCache cache, int most) {
        List<byte[]> keys = new ArrayList<>();
        long bytes = 0;
        for (Entry entry : cache.mostRecent(most, entry -> true, () -> {})) {
            bytes += entry.valueOffset();
            if (bytes > MOST_BYTES) {
                break;
            }
            keys.add(entry.keyBytes());
        }
        return keys;
    }
}
