package redisproxy.upstream;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A question about a key that is asked of the backing store each time, because its answer changes without a write, or because
 * it needs no value. Thread-safe; no method blocks. The first answer counts and later ones are ignored.
 */
public final class Question {
    private final About about;
    private final byte[] key;
    private final AnswerListener listener;
    private final long startedNanos = System.nanoTime();
    private final AtomicBoolean decided = new AtomicBoolean();

    /** What can be asked, by the names of Redis's commands. */
    public enum About {
        TTL,
        PTTL,
        EXPIRETIME,
        PEXPIRETIME,
        TYPE,
        /** How many keys of this name there are: 1 or 0. */
        EXISTS,
        STRLEN
    }

    /** Makes a question that is still to be {@linkplain Upstream#ask asked}. Takes the array over. */
    public Question(About about, byte[] key, AnswerListener listener) {
        this.about = about;
        this.key = key;
        this.listener = listener;
    }

    /** Returns what is asked. */
    public About about() {
        return about;
    }

    /** Returns the key. The array belongs to the question: never write to it. */
    public byte[] key() {
        return key;
    }

    /** Returns for how many nanoseconds the listener has been waiting. */
    public long waitedNanos() {
        return System.nanoTime() - startedNanos;
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

    /** Ends the question without an answer; {@code error} as {@link AnswerListener#failed} wants it. */
    public void fail(String error) {
        if (decided.compareAndSet(false, true)) {
            listener.failed(error);
        }
    }

    /** Called after the answer, when there are no more answers for the same {@link #recipient} at hand. */
    public void flush() {
        listener.flush();
    }

    /** Returns the recipient of the answer: answers to one recipient are best written together. Compare by identity. */
    public Object recipient() {
        return listener.recipient();
    }
}
