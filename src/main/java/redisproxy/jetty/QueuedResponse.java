package redisproxy.jetty;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redisproxy.cache.Asker;
import redisproxy.cache.BackingStoreException;
import redisproxy.cache.Entry;
import redisproxy.cache.LoadListener;
import redisproxy.cache.LoadMode;
import redisproxy.cache.Provenance;
import redisproxy.http.Answer;
import redisproxy.http.Answers;
import redisproxy.http.Representation;
import redisproxy.net.OrderedQueue;

/**
 * One response of a connection that could not be written at once. Any thread may say what it answers. The answer is made only
 * when it is written, because it tells for how long the value stays fresh from then on.
 */
final class QueuedResponse implements LoadListener, OrderedQueue.Pending {
    private final Answers answers;
    private final Runnable resume;
    private final Supplier<Asker> asker;
    private final long begunNanos;

    private @Nullable Entry entry;

    /** How the entry was loaded; null if it was found in memory. */
    private @Nullable Provenance provenance;

    /** The answer instead of an entry. */
    private @Nullable Answer refusal;

    /** Another request had started the load. Written before the cache hands this response to the thread that ends the load. */
    private boolean isCollapsed;

    /** Logs the answer, or null. */
    private UsualAccess.@Nullable Miss logged;

    /** Publishes the fields above to the connection. */
    private volatile boolean ready;

    /**
     * Makes a response.
     *
     * @param resume called when a load has given the answer; the same for all responses of a connection
     * @param asker returns the client, on any thread
     * @param begunNanos when the request was read, by {@link System#nanoTime()}
     */
    QueuedResponse(Answers answers, Runnable resume, Supplier<Asker> asker, long begunNanos) {
        this.answers = answers;
        this.resume = resume;
        this.asker = asker;
        this.begunNanos = begunNanos;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    /** Returns the length of the body of a response that is ready. */
    int length() {
        return refusal == null ? requireNonNull(entry).valueLength() : refusal.length();
    }

    /** Makes the answer of a response that is ready. Call it once, to write the answer. */
    Answer answer() {
        Answer answer = make();
        if (logged != null) {
            logged.answered(answer, refusal == null ? provenance : null);
        }
        return answer;
    }

    /** Has the answer logged as that to this request, unless it is null. Call it before others have the response. */
    void loggedAs(UsualAccess.@Nullable Miss request) {
        logged = request;
    }

    private Answer make() {
        if (refusal != null) {
            return refusal;
        }
        Entry found = requireNonNull(entry);
        return provenance == null
                ? answers.hit(found)
                : answers.loaded(found, provenance, LoadMode.SHARED, isCollapsed);
    }

    /** Takes an entry that was found in memory. Reads a value that no HTTP client has asked for before. */
    void hit(Entry found) {
        Representation.read(found);
        entry = found;
        ready = true;
    }

    @Override
    public void joined() {
        isCollapsed = true;
    }

    @Override
    public Asker asker() {
        return asker.get();
    }

    @Override
    public void loaded(Entry loaded, Provenance how) {
        answers.answered(begunNanos);
        provenance = how;
        hit(loaded);
    }

    @Override
    public void failed(BackingStoreException cause) {
        answers.answered(begunNanos);
        refusal = answers.failed(cause, LoadMode.SHARED, isCollapsed);
        ready = true;
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
