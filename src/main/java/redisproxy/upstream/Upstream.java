package redisproxy.upstream;

/** Takes over requests that the cache does not answer. Implementations are thread-safe. */
public interface Upstream {
    /**
     * Takes over a question. Does not block. The question is answered or failed in bounded time, on any thread (the caller's
     * included), and {@linkplain Question#flush() flushed} after that.
     */
    void ask(Question question);
}
