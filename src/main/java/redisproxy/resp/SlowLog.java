package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.KeyAccess;
import redisproxy.auth.Principal;
import redisproxy.cache.Asker;
import redisproxy.cache.LoadReport;

/** The slow loads that ended last, a bounded number of them. Thread-safe; loads that are not slow take no lock. */
final class SlowLog {
    /** As in Redis. What is longer is cut off, and the entry says how much. */
    private static final int MAX_KEY_BYTES = 128;

    /** As in Redis, where the address of a client is not known: nobody waits for a renewal. */
    private static final Asker NOBODY = new Asker("?:0", "");

    private volatile long slowerThanMicros;
    private volatile int maxLength;

    /** The newest first. */
    @GuardedBy("this")
    private final Deque<Entry> entries = new ArrayDeque<>();

    @GuardedBy("this")
    private long nextId;

    /**
     * One slow load.
     *
     * @param id unlike that of all others
     * @param unixSeconds when it ended
     * @param micros how long it took
     * @param key a character for each byte, cut off if it is long
     * @param isWhole whether that is all of the key
     * @param asker for whom the key was loaded
     */
    record Entry(long id, long unixSeconds, long micros, String key, boolean isWhole, Asker asker) {
        /** Returns whether the rules of somebody name the key; of one that was cut off it is not known. */
        boolean isNamed(Principal principal) {
            return principal.hasAllKeys()
                    || (isWhole && principal.may(KeyAccess.METADATA, key.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    /** Makes a log of at most so many loads that took so long, or of none if {@code slowerThanMicros} is negative. */
    SlowLog(long slowerThanMicros, int maxLength) {
        this.slowerThanMicros = slowerThanMicros;
        this.maxLength = maxLength;
    }

    /** Whether a load that took so long is kept. */
    boolean wants(long tookNanos) {
        long least = slowerThanMicros;
        return least >= 0 && TimeUnit.NANOSECONDS.toMicros(tookNanos) >= least && maxLength > 0;
    }

    void finished(LoadReport report) {
        if (!wants(report.tookNanos())) {
            return;
        }
        long micros = TimeUnit.NANOSECONDS.toMicros(report.tookNanos());
        long ended = report.started().plusNanos(report.tookNanos()).getEpochSecond();
        Asker asker = report.asker();
        add(ended, micros, shown(report.key()), report.key().length <= MAX_KEY_BYTES, asker);
    }

    private synchronized void add(long unixSeconds, long micros, String key, boolean isWhole, @Nullable Asker asker) {
        entries.addFirst(new Entry(nextId++, unixSeconds, micros, key, isWhole, asker == null ? NOBODY : asker));
        trim();
    }

    private synchronized void trim() {
        while (entries.size() > maxLength) {
            entries.removeLast();
        }
    }

    /** Has this apply from now on; the oldest entries beyond the length leave. */
    void change(long microsFromWhichOn, int length) {
        slowerThanMicros = microsFromWhichOn;
        maxLength = length;
        trim();
    }

    private static String shown(byte[] key) {
        int length = Math.min(key.length, MAX_KEY_BYTES);
        String shown = new String(key, 0, length, StandardCharsets.ISO_8859_1);
        return length == key.length ? shown : "%s... (%d more bytes)".formatted(shown, key.length - length);
    }

    /** Returns at most so many of the entries that are wanted, the newest first. */
    synchronized List<Entry> newest(long most, Predicate<Entry> isWanted) {
        return entries.stream().filter(isWanted).limit(most).toList();
    }

    synchronized int length() {
        return entries.size();
    }

    synchronized void reset() {
        entries.clear();
    }
}
