package redisproxy.jetty;

import org.jspecify.annotations.Nullable;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.http.Answer;
import redisproxy.http.Answers;

/** One response of a connection, in the order of the requests. Any thread may tell it the answer. */
final class QueuedResponse implements LoadListener {
    private final Answers answers;
    private final Runnable resume;

    private volatile @Nullable Answer answer;

    /** Somebody else had the load started. The load hands this on to the thread that ends it. */
    private boolean isCollapsed;

    @Nullable
    QueuedResponse next;

    /** Makes a response that calls {@code resume}, which is the same for all of its connection, once it may be written. */
    QueuedResponse(Answers answers, Runnable resume) {
        this.answers = answers;
        this.resume = resume;
    }

    /** Returns the answer, or null if it is not known yet. */
    @Nullable
    Answer answer() {
        return answer;
    }

    /** The key's entry was found in memory. */
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
