package redisproxy.cache;

/**
 * Who waits for the answer to a {@link Question}. One of {@link #answered} and {@link #failed} is called, once, on whatever
 * thread has the answer; none may block or throw.
 */
public interface AnswerListener {
    /** The answer is this number. */
    void answered(long number);

    /** The answer is this word. */
    void answered(String word);

    /** There is no answer. */
    void failed(BackingStoreException cause);

    /** Called after the answer, when the store has no more for the same recipient at hand. */
    void flush();

    /** Returns who gets the answer in the end; answers to one recipient are best written out together. */
    Object recipient();
}
