package redisproxy.upstream;

/**
 * Waits for the answer to a {@link Question}. One of {@link #answered} and {@link #failed} is called, once, on the thread
 * that has the answer. No method may block or throw.
 */
public interface AnswerListener {
    /** The answer is this number. */
    void answered(long number);

    /** The answer is this word. */
    void answered(String word);

    /** There is no answer. {@code error} is one line, its code first, as in a RESP error: {@code ERR no such key}. */
    void failed(String error);

    /** Called after the answer, when there are no more answers for the same {@link #recipient} at hand. */
    void flush();

    /** Returns the final recipient of the answer: answers to one recipient are best written together. Compare by identity. */
    Object recipient();
}
