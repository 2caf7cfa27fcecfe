package redisproxy.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of one flight: those that get its result, and those that want an answer that is asked for later. Not
 * thread-safe: the flight's lock guards it until it is closed. Most flights have one listener, so lists are made when they are
 * needed.
 */
final class Waiters {
    private static final System.Logger LOG = System.getLogger(Waiters.class.getName());

    private final @Nullable LoadListener first;
    private @Nullable List<LoadListener> joined;
    private @Nullable Later later;
    private boolean isClosed;

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

    /** Starts with the listener for which the flight was made, or with none. */
    Waiters(@Nullable LoadListener first) {
        this.first = first;
    }

    /** Starts with the listeners that have been waiting for the end of an earlier flight. */
    Waiters(Later earlier) {
        this(earlier.listeners.get(0));
        earlier.listeners.subList(1, earlier.listeners.size()).forEach(this::add);
    }

    /** Returns the listener for which the flight was made, or null. Never changes. */
    @Nullable
    LoadListener first() {
        return first;
    }

    /** Returns whether anybody gets the result. */
    boolean hasAny() {
        return first != null || joined != null;
    }

    /** Adds a listener that has been waiting for an earlier load. */
    void add(LoadListener listener) {
        if (joined == null) {
            joined = new ArrayList<>(2);
        }
        joined.add(listener);
    }

    /** Adds a listener to the load that another one has started. */
    void join(LoadListener listener) {
        listener.joined();
        add(listener);
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

    /** Ends joining. Returns the listeners that wait for the load after this one, or null if there are none. */
    @Nullable
    Later close() {
        isClosed = true;
        return later;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Gives all listeners the result, either an entry or a failure; to be called once, when joining has ended. */
    void tell(@Nullable Entry entry, Provenance provenance, @Nullable BackingStoreException failure) {
        if (first != null) {
            tell(first, entry, provenance, failure);
        }
        if (joined != null) {
            for (LoadListener listener : joined) {
                tell(listener, entry, provenance, failure);
            }
        }
    }

    /** A listener that throws does not cost the others their answer. */
    private static void tell(
            LoadListener listener,
            @Nullable Entry entry,
            Provenance provenance,
            @Nullable BackingStoreException failure) {
        try {
            if (entry != null) {
                listener.loaded(entry, provenance);
            } else if (failure != null) {
                listener.failed(failure);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A listener of a load failed", e);
        }
    }

    /** Flushes all listeners, when joining has ended. */
    void flush() {
        if (first != null) {
            flush(first);
        }
        if (joined != null) {
            joined.forEach(Waiters::flush);
        }
    }

    private static void flush(LoadListener listener) {
        try {
            listener.flush();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A listener of a load failed", e);
        }
    }
}
