package redisproxy.resp;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.Lookups;
import redisproxy.cache.Provenance;
import redisproxy.cache.ReadThroughCache;
import redisproxy.net.Batch;

/**
 * Reads all keys of one request: from memory, and through loads that start together. The reply is encoded when the last
 * key is known, on the thread that ends the last load. Never blocks.
 */
final class KeyReads {
    private final byte[][] keys;
    private final Entry[] entries;
    private final @Nullable BackingStoreException[] errors;
    private final Reply reply;
    private final Encoder encoder;
    private final AtomicInteger missing = new AtomicInteger();
    private volatile @Nullable BackingStoreException failure;

    /** Encodes the reply from what has been read. */
    @FunctionalInterface
    interface Encoder {
        /**
         * Fills in the reply.
         *
         * @param entries one for each key; null where there is an error
         * @param errors for each key: the store's error if the key holds another type than a string, else null
         */
        void encode(Entry[] entries, @Nullable BackingStoreException[] errors, Reply reply);
    }

    private KeyReads(List<byte[]> keys, Reply reply, Encoder encoder) {
        this.keys = keys.toArray(byte[][]::new);
        this.entries = new Entry[this.keys.length];
        this.errors = new @Nullable BackingStoreException[this.keys.length];
        this.reply = reply;
        this.encoder = encoder;
    }

    /** Starts reading; the reply is filled in by this thread or another one. */
    static void start(ReadThroughCache cache, List<byte[]> keys, Reply reply, Encoder encoder) {
        new KeyReads(keys, reply, encoder).start(cache);
    }

    private void start(ReadThroughCache cache) {
        Batch batch = Batch.borrow();
        Lookups lookups = batch.lookups();
        int first = 0;
        for (int i = 0; i < keys.length; i++) {
            lookups.add(keys[i], 0, keys[i].length);
            if (lookups.isFull() || i == keys.length - 1) {
                cache.getAllPresent(lookups);
                first = take(lookups, first, batch);
            }
        }
        // Once loads have started, they may end at any time, and the last one finishes.
        boolean isComplete = missing.get() == 0;
        cache.load(batch.misses());
        batch.giveBack();
        if (isComplete) {
            finish();
        }
    }

    private int take(Lookups lookups, int first, Batch batch) {
        for (int i = 0; i < lookups.size(); i++) {
            Entry entry = lookups.entry(i);
            if (entry != null) {
                entries[first + i] = entry;
            } else {
                missing.incrementAndGet();
                batch.misses().add(keys[first + i], new Waiter(first + i));
            }
        }
        int next = first + lookups.size();
        lookups.clear();
        return next;
    }

    private void finish() {
        BackingStoreException cause = failure;
        if (cause == null) {
            encoder.encode(entries, errors, reply);
        } else {
            reply.failed(cause);
        }
    }

    private final class Waiter implements LoadListener {
        private final int index;

        Waiter(int index) {
            this.index = index;
        }

        @Override
        public void loaded(Entry entry, Provenance provenance) {
            entries[index] = entry;
            arrived();
        }

        @Override
        public void failed(BackingStoreException cause) {
            if (cause.isNotAString()) {
                errors[index] = cause;
            } else {
                failure = cause;
            }
            arrived();
        }

        private void arrived() {
            if (missing.decrementAndGet() == 0) {
                finish();
            }
        }

        @Override
        public void flush() {
            if (missing.get() == 0) {
                reply.flush();
            }
        }

        @Override
        public Object recipient() {
            return reply.recipient();
        }
    }
}
