package redisproxy.resp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redisproxy.auth.Principal;

/** What is known of the transaction of one client, and of what it watches (redis.io, "Transactions"). Not thread-safe. */
final class Transaction {
    /** One that writes more keys drops the whole cache. */
    private static final int MOST_BYTES = 1024 * 1024;

    private static final int KEY_OVERHEAD = 64;

    /** Whether Redis has not replied to MULTI yet. */
    private boolean isBeginning;

    private boolean isOpen;
    private boolean isAborted;
    private boolean isWatching;
    private @Nullable Principal beganBy;

    /** The keys that it writes. */
    private List<byte[]> keys = new ArrayList<>();

    /** Those that it only reads, and which are kept out of the cache meanwhile. */
    private List<byte[]> bypassedKeys = new ArrayList<>();

    private long bytes;
    private boolean writesAny;
    private boolean hasUntold;

    /** The keys that it reads, for a client that keeps a cache itself. */
    private List<byte[]> readKeys = new ArrayList<>();

    private long readBytes;
    private boolean readsAny;

    boolean isBeginning() {
        return isBeginning;
    }

    /** Whether what is sent is queued, or will be if Redis agrees. */
    boolean isOpen() {
        return isOpen || isBeginning;
    }

    /** Whether Redis keeps something for it that ends with the connection. */
    boolean hasState() {
        return isOpen() || isWatching;
    }

    /** A command of this name is about to be sent. */
    void sending(String name, Principal by) {
        switch (name) {
            case "multi" -> {
                if (!isOpen) {
                    isBeginning = true;
                    isAborted = false;
                    beganBy = by;
                }
            }
            case "exec", "discard" -> {
                // Without a transaction Redis refuses them, and what is watched stays so.
                if (isOpen) {
                    end();
                }
            }
            case "watch" -> isWatching |= !isOpen;
            case "unwatch" -> isWatching &= isOpen;
            default -> {}
        }
    }

    /** Redis has replied to MULTI. */
    void begun(boolean isAccepted) {
        if (isBeginning) {
            isBeginning = false;
            isOpen = isAccepted;
        }
    }

    /** Has it discarded instead of executed: a request that belongs to it was refused. */
    void abort() {
        isAborted |= isOpen();
    }

    /** Whether it must not be executed by this user, whose rules may have changed meanwhile. */
    boolean isToBeDiscarded(Principal by) {
        return isOpen && (isAborted || beganBy != by);
    }

    /** Has these keys written when it is executed. */
    void write(List<byte[]> written) {
        add(written, keys);
    }

    /** Has these keys kept out of the cache while it is executed. */
    void bypass(List<byte[]> read) {
        add(read, bypassedKeys);
    }

    private void add(List<byte[]> added, List<byte[]> to) {
        for (byte[] key : added) {
            bytes += key.length + KEY_OVERHEAD;
            to.add(key);
        }
        if (bytes > MOST_BYTES) {
            writeAny();
        }
    }

    /** Has these keys read when it is executed; null for any. */
    void read(@Nullable List<byte[]> read) {
        if (read != null && !readsAny) {
            read.forEach(key -> readBytes += key.length + KEY_OVERHEAD);
            readKeys.addAll(read);
        }
        if (read == null || readBytes > MOST_BYTES) {
            readsAny = true;
            readKeys = new ArrayList<>();
        }
    }

    /** It is about to be executed. */
    void noteReads(NearClient near) {
        readKeys.forEach(near::reads);
        if (readsAny) {
            near.readsAny();
        }
    }

    /** Any key may be written when it is executed. */
    void writeAny() {
        writesAny = true;
        keys = new ArrayList<>();
        bypassedKeys = new ArrayList<>();
        bytes = 0;
    }

    /** A command that Redis has not told of belongs to it, if Redis has it after all. */
    void addUntold() {
        hasUntold = true;
    }

    boolean hasUntold() {
        return hasUntold;
    }

    boolean writesAny() {
        return writesAny;
    }

    List<byte[]> keys() {
        return List.copyOf(keys);
    }

    List<byte[]> bypassedKeys() {
        return List.copyOf(bypassedKeys);
    }

    /** It has been executed or discarded, and nothing is watched any more. */
    void end() {
        isBeginning = false;
        isOpen = false;
        isAborted = false;
        isWatching = false;
        writesAny = false;
        hasUntold = false;
        keys = new ArrayList<>();
        bypassedKeys = new ArrayList<>();
        bytes = 0;
        readsAny = false;
        readKeys = new ArrayList<>();
        readBytes = 0;
    }
}
