package redisproxy.jetty;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.net.OrderedQueue;

/** One response of a connection that could not be written at once. Any thread may give it its answer. */
final class QueuedResponse implements LoadListener, OrderedQueue.Pending {
    private final Answers answers;
    private final Runnable resume;

    private volatile @Nullable Answer answer;

    /** Another request had started the load. Written before the cache hands this response to the thread that ends the load. */
    private boolean isCollapsed;

    /**
     * Makes a response.
     *
     * @param resume called when a load has given the answer; the same for all responses of a connection
     */
    QueuedResponse(Answers answers, Runnable resume) {
        this.answers = answers;
        this.resume = resume;
    }

    @Override
    public boolean isReady() {
        return answer != null;
    }

    /** Returns the answer, or null if it is not known yet. */
    @Nullable
    Answer answer() {
        return answer;
    }

    /** Gives the answer from an entry that was found in memory. */
    void hit(Entry entry) {
        answer = answers.hit(entry);
    }

    @Override
    public void joined() {
        isCollapsed = true;
    }

    @Override
    public void loaded(Entry entry, Provenance provenance) {
        answer = answers.loaded(entry, provenance, LoadMode.SHARED, isCollapsed);
    }

    @Override
    public void failed(BackingStoreException cause) {
        answer = answers.failed(cause, LoadMode.SHARED, isCollapsed);
    }

    @Override
    public void flush() {
        resume.run();
    }

    @Override
    public Object recipient() {
        return resume;
    }
}
