package redisproxy.resp;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;

/**
 * The reply to MGET: an array of values, encoded some at a time while it is written, so that however long it is, no thread
 * encodes it in one go. Values that have been encoded are let go.
 */
final class ManyValues implements KeyReads.Results, Reply.Groups {
    private static final int VALUES_PER_GROUP = 256;

    private final boolean resp3;
    private final @Nullable Entry[] values;
    private final AtomicLong bytes = new AtomicLong();

    /** The next value to encode. */
    private int next;

    ManyValues(int keys, boolean resp3) {
        this.values = new @Nullable Entry[keys];
        this.resp3 = resp3;
    }

    @Override
    public void found(int key, Entry entry) {
        if (!entry.isAbsent()) {
            values[key] = entry;
            bytes.addAndGet(entry.valueLength());
        }
    }

    /** As in Redis, a key of another type than a string has no value here. */
    @Override
    public void foundOtherType(int key, BackingStoreException error) {}

    @Override
    public void complete(Reply reply) {
        ReplyParts header = new ReplyParts(1);
        header.add(new ReplyBuilder(resp3).array(values.length).toBytes());
        reply.groups(header, this, bytes.get());
    }

    @Override
    public @Nullable ReplyParts next() {
        if (next == values.length) {
            return null;
        }
        int end = Math.min(values.length, next + VALUES_PER_GROUP);
        ReplyParts group = new ReplyParts(3 * (end - next));
        for (; next < end; next++) {
            Entry value = values[next];
            values[next] = null;
            if (value == null) {
                group.add(Reply.nil(resp3));
            } else {
                group.addValue(value);
            }
        }
        return group;
    }
}
