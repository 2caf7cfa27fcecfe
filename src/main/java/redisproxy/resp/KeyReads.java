package redisproxy.resp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Lookups;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.Batch;

/**
 * Reads all keys of one request. They are looked up in slices, between which others are served. What is missing is found out
 * within the connection's {@link LoadWindow}: the next keys are looked up as results arrive. The reply is completed when the
 * last key is known, on the thread that has the last result. A failure ends the request: no further key is read.
 */
final class KeyReads implements Continuation {
    /** How many keys are looked up in one go, while others wait: a missing one takes about a microsecond. */
    private static final int SLICE_KEYS = 128;

    /** How many bytes these may have. */
    private static final int SLICE_BYTES = 64 * 1024;

    private final ReadThroughCache cache;
    private final LoadWindow window;
    private final MissingKeys missingKeys;
    private final Reply reply;
    private final Results results;

    /** What the client keeps itself, or null. */
    private final @Nullable NearClient near;

    /** The keys are the arguments from {@link #next} up to this one, which is not included. */
    private final int end;

    private int next = 1;

    /** The window has not been full since it had room for many keys. */
    private boolean isFilling;

    /** The missing keys that are not known yet, and the walk over the keys. */
    private final AtomicInteger awaited = new AtomicInteger(1);

    /** What came of the keys that are known. */
    private final AtomicReference<CommandResult> result = new AtomicReference<>(CommandResult.ABSENT);

    private volatile boolean hasReadAll;
    private volatile @Nullable BackingStoreException failure;

    /** Takes what has been read of each key, on any thread, then completes the reply once. Keys are counted from 0. */
    interface Results {
        void found(int key, Entry entry);

        /** The key holds another type than a string; {@code error} is the store's. */
        void foundOtherType(int key, BackingStoreException error);

        /** Completes the reply, when every key is known. */
        void complete(Reply reply);
    }

    /** Finds out about keys that are not cached. Never blocks. */
    @FunctionalInterface
    interface MissingKeys {
        /** Has each {@linkplain Missing missing key} told its result and flushed after that, on any thread. */
        void find(List<Missing> keys);
    }

    /** Makes the read of the keys from argument 1 up to argument {@code end}, which is not included. */
    KeyReads(
            ReadThroughCache cache,
            LoadWindow window,
            MissingKeys missingKeys,
            int end,
            Reply reply,
            Results results,
            @Nullable NearClient near) {
        this.near = near;
        this.cache = cache;
        this.window = window;
        this.missingKeys = missingKeys;
        this.end = end;
        this.reply = reply;
        this.results = results;
    }

    @Override
    public Progress goOn(Arguments arguments) {
        if (failure == null) {
            isFilling &= window.room() > 0;
            // Once it is full, Redis gets many keys at a time again.
            if (!isFilling && !window.hasRoom(Math.min(end - next, LoadWindow.KEYS / 2))) {
                return Progress.WAITING;
            }
            isFilling = true;
            read(arguments, next + Math.min(Math.min(end - next, SLICE_KEYS), window.room()));
            if (next < end && failure == null) {
                return Progress.AFTER_OTHERS;
            }
        }
        hasReadAll = true;
        arrived();
        return Progress.DONE;
    }

    @Override
    public boolean abandon() {
        // The reply is completed when what is under way has ended, so that what is held for it is given back.
        failure = BackingStoreException.unavailable("the client has closed the connection", null);
        arrived();
        return true;
    }

    @Override
    public boolean isLong() {
        return end - 1 > LoadWindow.KEYS;
    }

    private void read(Arguments arguments, int until) {
        Batch batch = Batch.borrow();
        Lookups lookups = batch.lookups();
        List<Missing> missing = null;
        for (int bytes = 0; next < until && bytes < SLICE_BYTES; ) {
            int first = next;
            while (next < until && bytes < SLICE_BYTES && !lookups.isFull()) {
                if (near != null) {
                    near.reads(arguments.bytes(next));
                }
                lookups.add(arguments.array(), arguments.offset(next), arguments.length(next));
                bytes += arguments.length(next);
                next++;
            }
            cache.getAllPresent(lookups);
            missing = take(lookups, first - 1, missing);
        }
        batch.giveBack();
        if (missing != null) {
            // Their results may come at any time from now on.
            window.begin(missing.size());
            awaited.addAndGet(missing.size());
            missingKeys.find(missing);
        }
    }

    /** Returns the keys that are missing, those of {@code before} included, or null if none is. */
    private @Nullable List<Missing> take(Lookups lookups, int firstKey, @Nullable List<Missing> before) {
        List<Missing> missing = before;
        CommandResult came = CommandResult.ABSENT;
        for (int i = 0; i < lookups.size(); i++) {
            Entry entry = lookups.entry(i);
            if (entry != null) {
                came = came.or(CommandResult.ofCached(entry, lookups.isStale(i)));
                results.found(firstKey + i, entry);
            } else {
                if (missing == null) {
                    missing = new ArrayList<>();
                }
                missing.add(new Missing(firstKey + i, lookups.key(i)));
            }
        }
        came(came);
        lookups.clear();
        return missing;
    }

    /** Takes what came of some keys; returns what came of all that are known. */
    @CanIgnoreReturnValue
    private CommandResult came(CommandResult some) {
        return result.accumulateAndGet(some, CommandResult::or);
    }

    private void arrived() {
        if (awaited.decrementAndGet() == 0) {
            reply.came(came(CommandResult.ABSENT));
            BackingStoreException cause = failure;
            if (cause == null) {
                results.complete(reply);
            } else {
                reply.failed(cause);
            }
        }
    }

    /** A key that is not cached; waits for its value, or for another result. Thread-safe. */
    final class Missing implements LoadListener {
        private final int key;
        private final byte[] bytes;

        private Missing(int key, byte[] bytes) {
            this.key = key;
            this.bytes = bytes;
        }

        /** Returns which key of the request it is, counted from 0. */
        int key() {
            return key;
        }

        /** Returns the key. Never write to the array. */
        byte[] bytes() {
            return bytes;
        }

        @Override
        public void loaded(Entry entry, Provenance provenance) {
            came(CommandResult.of(provenance));
            results.found(key, entry);
            end();
        }

        @Override
        public void failed(BackingStoreException cause) {
            if (cause.isNotAString()) {
                came(CommandResult.MISS);
                results.foundOtherType(key, cause);
            } else {
                failure = cause;
            }
            end();
        }

        /** The store was asked about it, and {@link Results} have taken what it says. */
        void asked() {
            came(CommandResult.BYPASS);
            end();
        }

        /** All results have taken what there is of this key. */
        private void end() {
            window.end();
            arrived();
        }

        @Override
        public void flush() {
            boolean isComplete = awaited.get() == 0;
            boolean failedEarly = failure != null && !hasReadAll;
            if (window.takeRoomMade() || isComplete || failedEarly) {
                reply.flush();
            }
        }

        @Override
        public @Nullable Asker asker() {
            return reply.asker();
        }

        @Override
        public Object recipient() {
            return reply.recipient();
        }
    }
}
