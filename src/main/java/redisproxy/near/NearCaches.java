package redisproxy.near;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.WriteListener;

/**
 * The caches that clients keep themselves: tells each client when a key has been written that it may hold. Thread-safe; no method
 * blocks.
 */
public final class NearCaches implements WriteListener {
    /*
     * Order
     * -----
     * A client's read is noted before it is looked up, and a write is applied to the proxy's cache before clients are told. So
     * either the write finds the note, or the read does not find the old value. All keys together: the table is emptied before
     * clients are told, so that what is noted meanwhile stays.
     *
     * A read that is noted when writes are reported, and answered when they are not any more, is among those that are told
     * when reports end. A read that is noted after that is told right after its answer (see NearCache.note).
     */
    private final Predicate<byte[]> isReported;
    private final NearTable table;
    private final NearPrefixes prefixes = new NearPrefixes();
    private final Set<NearCache> clients = ConcurrentHashMap.newKeySet();

    /** Whether there may be clients, so that writes cost nothing without. */
    private volatile boolean hasClients;

    private final LongAdder invalidations = new LongAdder();
    private final LongAdder flushes = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    /**
     * Makes an empty set of caches.
     *
     * @param maxKeys of how many keys the readers are remembered
     * @param maxBytes how much memory that may take, about
     * @param isReported whether all writes to a key are told at present
     */
    public NearCaches(int maxKeys, long maxBytes, Predicate<byte[]> isReported) {
        this.table = new NearTable(maxKeys, maxBytes);
        this.isReported = isReported;
    }

    /**
     * Makes the cache of a client, which is off.
     *
     * @param outlet takes what the client is told
     * @param owner who the client is as a writer
     */
    public NearCache open(NearCache.Outlet outlet, Object owner) {
        return new NearCache(this, outlet, owner);
    }

    void turnedOn(NearCache client) {
        clients.add(client);
        hasClients = true;
    }

    void turnedOff(NearCache client) {
        clients.remove(client);
    }

    NearPrefixes prefixes() {
        return prefixes;
    }

    boolean isReported(byte[] key) {
        return isReported.test(key);
    }

    void note(NearKey key, NearCache client) {
        table.add(key, client, this::evicted);
    }

    private void evicted(NearKey key, Collection<NearCache> readers) {
        evictions.increment();
        readers.forEach(reader -> reader.tellRead(key.bytes, null));
    }

    @Override
    public void written(byte[] key, @Nullable Object writer) {
        if (hasClients) {
            table.remove(new NearKey(key)).forEach(reader -> reader.tellRead(key, writer));
            prefixes.forEach(key, client -> client.tellBroadcast(key, writer));
        }
    }

    @Override
    public void written(Predicate<byte[]> matches) {
        if (hasClients) {
            table.removeIf(matches, (key, readers) -> readers.forEach(reader -> reader.tellRead(key.bytes, null)));
            clients.forEach(client -> {
                NearOptions options = client.options();
                if (options != null && options.isBroadcast()) {
                    // What it holds is not known.
                    client.tellAll();
                }
            });
        }
    }

    @Override
    public void allWritten() {
        if (hasClients) {
            table.clear();
            clients.forEach(NearCache::tellAll);
        }
    }

    void countInvalidation() {
        invalidations.increment();
    }

    void countFlush() {
        flushes.increment();
    }

    /** Returns a snapshot of the figures. */
    public NearStats stats() {
        return new NearStats(
                clients.size(),
                table.keys(),
                table.items(),
                prefixes.size(),
                invalidations.sum(),
                flushes.sum(),
                evictions.sum());
    }

    static boolean overlap(byte[] a, byte[] b) {
        int length = Math.min(a.length, b.length);
        return Arrays.equals(a, 0, length, b, 0, length);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
