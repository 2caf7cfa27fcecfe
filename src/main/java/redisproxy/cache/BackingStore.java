package redisproxy.cache;

import java.util.List;

/**
 * Where values come from when they are not cached. Implementations are thread-safe.
 */
public interface BackingStore extends AutoCloseable {
    /**
     * Takes over loads that belong together, best asked for as one. Does not block, and keeps no reference to the list.
     * For each of them, in bounded time and on any thread (this one included), the store calls {@link Flight#sent()}
     * when it is about to ask, then {@link Flight#complete} or {@link
     * Flight#fail} once, and {@link Flight#flush()} when it has no more results at hand for the {@linkplain
     * Flight#sharesRecipientWith same recipient}.
     */
    void load(List<Flight> flights);

    /** Takes over a question, as it does loads. */
    default void ask(Question question) {
        question.fail(BackingStoreException.unavailable("this store answers no questions", null));
        question.flush();
    }

    /** Returns how it stands with telling the cache of writes. */
    default TrackingStatus trackingStatus() {
        return TrackingStatus.OFF;
    }

    /** Returns in one word whether the store is asked, for people to read: {@code closed} says that it is. */
    default String circuit() {
        return "closed";
    }

    /** Fails the loads that are not finished and frees connections and threads; may block for a short time. */
    @Override
    void close();
}
