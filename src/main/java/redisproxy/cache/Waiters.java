package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of one flight: those that get its result, and those that want an answer that is asked for later. Not
 * thread-safe: the flight's lock guards it.
 */
final class Waiters {
    private final List<LoadListener> listeners;
    private @Nullable Later later;
    private boolean hasResult;

    /** The listeners that wait for the load after this one. */
    static final class Later {
        final List<LoadListener> listeners = new ArrayList<>(1);

        /** When the first of them began to wait. */
        final long since;

        private LoadMode mode = LoadMode.ANEW_UNSTORED;

        private Later(long since) {
            this.since = since;
        }

        LoadMode mode() {
            return mode;
        }
    }

    Waiters(List<LoadListener> listeners) {
        this.listeners = new ArrayList<>(listeners);
    }

    void join(LoadListener listener) {
        listener.joined();
        listeners.add(listener);
    }

    void joinLater(LoadListener listener, LoadMode mode, long now) {
        if (later == null) {
            later = new Later(now);
        } else {
            listener.joined();
        }
        if (mode.stores()) {
            later.mode = LoadMode.ANEW;
        }
        later.listeners.add(listener);
    }

    /** Closes the list of listeners. Returns those that wait for the load after this one, or null if there are none. */
    @Nullable
    Later close() {
        hasResult = true;
        return later;
    }

    boolean isClosed() {
        return hasResult;
    }

    /** Returns the listeners, which do not change any more, or none before {@link #close}. */
    List<LoadListener> closed() {
        return hasResult ? listeners : List.of();
    }

    @Nullable
    LoadListener first() {
        return listeners.isEmpty() ? null : listeners.get(0);
    }
}
