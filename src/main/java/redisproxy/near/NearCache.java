package redisproxy.near;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The cache that one client keeps itself. The client's thread asks whether it keeps what it is about to read, and says when a command has
 * ended; the rest is thread-safe. No method blocks.
 */
public final class NearCache {
    /** Beyond this a client would cost more than others for each write, and for each change. */
    public static final int MAX_PREFIXES = 256;

    /** The most bytes of one prefix. */
    public static final int MAX_PREFIX_BYTES = 1024;

    private final NearCaches caches;

    /** Null when the client has left: the notes of what it has read, which are found later, must not keep it in memory. */
    private volatile @Nullable Outlet outlet;

    private volatile @Nullable Object owner;

    /** What the client is told of, or null if of nothing. Written under the lock. */
    private volatile @Nullable NearOptions options;

    private volatile boolean isGone;

    @GuardedBy("this")
    private final SortedSet<NearKey> prefixes = new TreeSet<>();

    /** The client's thread has called CLIENT CACHING, which is for the next command. */
    private volatile boolean isCachingGiven;

    /** Takes what a client is told. Called on any thread, with locks held: no method may block, throw, or call back. */
    public interface Outlet {
        /** The client must not use its value of this key any more. The array must not be written to. */
        void invalidated(byte[] key);

        /** The client must not use any value any more. */
        void allInvalidated();

        /** Returns whether the client may know of this key without having read it. */
        boolean mayHearOf(byte[] key);
    }

    NearCache(NearCaches caches, Outlet outlet, Object owner) {
        this.caches = caches;
        this.outlet = outlet;
        this.owner = owner;
    }

    /* --------------- Options --------------- */

    /** Returns what the client is told of, or null if it is told of nothing. */
    public @Nullable NearOptions options() {
        return options;
    }

    /** Returns why these prefixes cannot be added, or null; the text has no error code. */
    public synchronized @Nullable String refusal(List<byte[]> added) {
        for (int i = 0; i < added.size(); i++) {
            byte[] prefix = added.get(i);
            if (prefix.length > MAX_PREFIX_BYTES) {
                return "a prefix has %d bytes (expected: at most %d)".formatted(prefix.length, MAX_PREFIX_BYTES);
            }
            for (NearKey present : prefixes) {
                if (NearCaches.overlap(present.bytes, prefix)) {
                    return overlapText(prefix, "an existing", present.bytes);
                }
            }
            for (int j = i + 1; j < added.size(); j++) {
                if (NearCaches.overlap(prefix, added.get(j))) {
                    return overlapText(prefix, "another provided", added.get(j));
                }
            }
        }
        int count = prefixes.size() + added.size();
        return count <= MAX_PREFIXES
                ? null
                : "a client would have %d prefixes (expected: at most %d)".formatted(count, MAX_PREFIXES);
    }

    private static String overlapText(byte[] prefix, String which, byte[] other) {
        return "Prefix '%s' overlaps with %s prefix '%s'. Prefixes for a single client must not overlap."
                .formatted(NearCaches.text(prefix), which, NearCaches.text(other));
    }

    /**
     * Has the client told of keys from now on.
     *
     * @param added further prefixes, which are not {@linkplain #refusal refused}; only with {@link NearOptions#isBroadcast}, and none for all keys
     */
    public synchronized void turnOn(NearOptions wanted, List<byte[]> added) {
        if (isGone) {
            return;
        }
        boolean isNew = options == null;
        options = wanted;
        if (isNew) {
            caches.turnedOn(this);
        }
        if (wanted.isBroadcast()) {
            List<byte[]> all = added.isEmpty() ? List.of(new byte[0]) : added;
            for (byte[] each : all) {
                NearKey prefix = new NearKey(each);
                if (prefixes.add(prefix)) {
                    caches.prefixes().add(prefix, this);
                }
            }
        }
    }

    /** Has the client told of nothing from now on. */
    public synchronized void turnOff() {
        prefixes.forEach(prefix -> caches.prefixes().remove(prefix, this));
        prefixes.clear();
        isCachingGiven = false;
        if (options != null) {
            options = null;
            caches.turnedOff(this);
        }
    }

    /** The client has left. */
    public synchronized void close() {
        isGone = true;
        turnOff();
        outlet = null;
        owner = null;
    }

    /** Returns the prefixes of the client in their order. */
    public synchronized List<byte[]> prefixes() {
        List<byte[]> bytes = new ArrayList<>();
        prefixes.forEach(prefix -> bytes.add(prefix.bytes));
        return bytes;
    }

    boolean isGone() {
        return isGone;
    }

    /* --------------- Reads --------------- */

    /** CLIENT CACHING has been called: the next command is an exception. */
    public void giveCaching() {
        isCachingGiven = true;
    }

    public boolean isCachingGiven() {
        return isCachingGiven;
    }

    /** A command other than CLIENT has ended, which is not one of a transaction. */
    public void endCommand() {
        if (isCachingGiven) {
            isCachingGiven = false;
        }
    }

    /** Returns whether the client may keep what its present command reads. */
    public boolean mayKeep() {
        NearOptions present = options;
        return present != null && (present.isOptIn() ? isCachingGiven : !(present.isOptOut() && isCachingGiven));
    }

    /**
     * Notes that the client may keep the value of a key. Call it before the value is looked up, or asked for, and only if it
     * {@link #mayKeep}. Returns false if it would not be told when the key is written; then it has to be told right after it has
     * the value. Takes the array over.
     */
    public boolean note(byte[] key) {
        NearOptions present = options;
        if (!caches.isReported(key)) {
            return false;
        }
        if (present != null && !present.isBroadcast()) {
            caches.note(new NearKey(key), this);
        }
        return true;
    }

    /* --------------- Writes --------------- */

    /** A key that it has read has been written. */
    void tellRead(byte[] key, @Nullable Object writer) {
        NearOptions present = options;
        if (present != null && !present.isBroadcast()) {
            tell(present, key, writer);
        }
    }

    /** A key with one of its prefixes has been written. */
    void tellBroadcast(byte[] key, @Nullable Object writer) {
        NearOptions present = options;
        Outlet out = outlet;
        if (present != null && present.isBroadcast() && out != null && out.mayHearOf(key)) {
            tell(present, key, writer);
        }
    }

    private void tell(NearOptions present, byte[] key, @Nullable Object writer) {
        Outlet out = outlet;
        if (out != null && !(present.isNoLoop() && writer == owner)) {
            caches.countInvalidation();
            out.invalidated(key);
        }
    }

    void tellAll() {
        Outlet out = outlet;
        if (out != null) {
            caches.countFlush();
            out.allInvalidated();
        }
    }
}
