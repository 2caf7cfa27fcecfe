package redisproxy.http;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.Entry;

/**
 * The head of an answer from an entry that was found in memory, set anew for each hit by {@link Answers#describe}, so that a hit
 * allocates nothing. The body is the entry's value. Not thread-safe.
 */
public final class HitHead implements AnswerHead {
    private Answer.Head head = Answer.Head.ABSENT;
    private long tag;
    private @Nullable HeaderField cacheControl;
    private HeaderField cacheStatus = CacheStatus.NO_LOOKUP;
    private int length;

    void set(Entry entry, HeaderField newCacheControl, HeaderField newCacheStatus) {
        boolean isAbsent = entry.isAbsent();
        tag = isAbsent ? Answer.NO_TAG : Representation.tag(entry);
        head = isAbsent ? Answer.Head.ABSENT : Answer.valueHead(entry);
        length = isAbsent ? 0 : entry.valueLength();
        cacheControl = newCacheControl;
        cacheStatus = newCacheStatus;
    }

    @Override
    public Answer.Head head() {
        return head;
    }

    @Override
    public boolean hasValue() {
        return tag != Answer.NO_TAG;
    }

    @Override
    public long tag() {
        return tag;
    }

    @Override
    public @Nullable HeaderField cacheControl() {
        return cacheControl;
    }

    @Override
    public HeaderField cacheStatus() {
        return cacheStatus;
    }

    @Override
    public int length() {
        return length;
    }
}
