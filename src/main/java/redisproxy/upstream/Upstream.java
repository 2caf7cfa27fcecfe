package redisproxy.upstream;

import java.util.List;

/** Takes over requests that the cache does not answer. Implementations are thread-safe. */
public interface Upstream {
    /**
     * Takes over a question. Does not block. The question is answered or failed in bounded time, on any thread (the caller's
     * included), and {@linkplain Question#flush() flushed} after that.
     */
    void ask(Question question);

    /** Takes over questions that were asked together, each as {@link #ask(Question)} does. */
    default void ask(List<Question> questions) {
        questions.forEach(this::ask);
    }
}
