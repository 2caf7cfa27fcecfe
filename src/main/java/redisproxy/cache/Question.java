package redisproxy.cache;

import java.util.concurrent.atomic.AtomicBoolean;

/** A question about a key that is put to the backing store each time: the answer changes by itself. Thread-safe. */
public final class Question implements StoreRequest {
    private final About about;
    private final byte[] key;
    private final ReadThroughCache cache;
    private final long startedAt;
    private final AnswerListener listener;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** What can be asked, by the names of Redis. */
    public enum About {
        TTL,
        PTTL,
        EXPIRETIME,
        PEXPIRETIME,
        TYPE
    }

    /** Makes a question that is still to be {@linkplain ReadThroughCache#ask put}. Takes ownership of the array. */
    public Question(About about, byte[] key, ReadThroughCache cache, AnswerListener listener) {
        this.about = about;
        this.key = key;
        this.cache = cache;
        this.startedAt = cache.now();
        this.listener = listener;
    }

    /** Returns what is asked. */
    public About about() {
        return about;
    }

    /** Gives the answer to {@link About#TYPE}. */
    public void answer(String type) {
        if (decided.compareAndSet(false, true)) {
            listener.answered(type);
        }
    }

    /** Gives the answer to any other question. */
    public void answer(long number) {
        if (decided.compareAndSet(false, true)) {
            listener.answered(number);
        }
    }

    @Override
    public byte[] key() {
        return key;
    }

    @Override
    public long ageNanos() {
        return cache.now() - startedAt;
    }

    @Override
    public void sent() {}

    @Override
    public void fail(BackingStoreException cause) {
        if (decided.compareAndSet(false, true)) {
            listener.failed(cause);
        }
    }

    @Override
    public void flush() {
        listener.flush();
    }

    @Override
    public Object recipient() {
        return listener.recipient();
    }
}
