package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.PendingWrite;
import redisproxy.cache.ReadThroughCache;

/** What the transaction of one client reads and writes when it is executed, by the commands that are queued. Thread-safe; no method blocks. */
final class TransactionKeys {
    /** One that writes more keys drops the whole cache. */
    private static final int MOST_BYTES = 1024 * 1024;

    private static final int KEY_OVERHEAD = 64;

    /** The keys that it writes. */
    @GuardedBy("this")
    private List<byte[]> written = new ArrayList<>();

    /** Those that it only reads, and which are kept out of the cache meanwhile. */
    @GuardedBy("this")
    private List<byte[]> bypassed = new ArrayList<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private boolean writesAny;

    @GuardedBy("this")
    private boolean hasUntold;

    /** The keys that it reads, for a client that keeps a cache itself. */
    @GuardedBy("this")
    private List<byte[]> read = new ArrayList<>();

    @GuardedBy("this")
    private long readBytes;

    @GuardedBy("this")
    private boolean readsAny;

    /** Has these keys written. */
    synchronized void write(List<byte[]> keys) {
        add(keys, written);
    }

    /** Has these keys kept out of the cache meanwhile, though it writes none of them. */
    synchronized void bypass(List<byte[]> keys) {
        add(keys, bypassed);
    }

    @GuardedBy("this")
    private void add(List<byte[]> added, List<byte[]> to) {
        for (byte[] key : added) {
            bytes += key.length + KEY_OVERHEAD;
            to.add(key);
        }
        if (bytes > MOST_BYTES) {
            writeAny();
        }
    }

    /** Any key may be written. */
    synchronized void writeAny() {
        writesAny = true;
        written = new ArrayList<>();
        bypassed = new ArrayList<>();
        bytes = 0;
    }

    /** Returns whether any key may be written. */
    synchronized boolean writesAny() {
        return writesAny;
    }

    /** A command that Redis has not told of belongs to it, if Redis has it after all. */
    synchronized void addUntold() {
        hasUntold = true;
    }

    /** Returns whether it may execute a command that Redis has not told of. */
    synchronized boolean hasUntold() {
        return hasUntold;
    }

    /** Has these keys read; null for keys that are too many to be remembered. */
    synchronized void read(@Nullable List<byte[]> keys) {
        if (keys != null && !readsAny) {
            keys.forEach(key -> readBytes += key.length + KEY_OVERHEAD);
            read.addAll(keys);
        }
        if (keys == null || readBytes > MOST_BYTES) {
            readsAny = true;
            read = new ArrayList<>();
        }
    }

    /** Has the client told when what is about to be read is written. */
    synchronized void noteReads(NearClient near) {
        read.forEach(near::reads);
        if (readsAny) {
            near.readsAny();
        }
    }

    /** Begins the writes of the keys that it writes, and adds them to {@code writes}. */
    synchronized void beginWrites(ReadThroughCache cache, Session writer, List<PendingWrite> writes) {
        if (!written.isEmpty()) {
            writes.add(cache.beginWrite(List.copyOf(written), writer));
        }
        if (!bypassed.isEmpty()) {
            writes.add(cache.beginBypass(List.copyOf(bypassed)));
        }
    }

    /** The transaction has ended. */
    synchronized void clear() {
        writesAny = false;
        hasUntold = false;
        written = new ArrayList<>();
        bypassed = new ArrayList<>();
        bytes = 0;
        readsAny = false;
        read = new ArrayList<>();
        readBytes = 0;
    }
}
