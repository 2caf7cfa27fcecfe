package redisproxy.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One load in progress and all who wait for it. Made by {@link ReadThroughCache}, finished by the {@link
 * BackingStore}. Thread-safe; the first result wins and later ones are ignored, so a store may fail a load that is
 * overdue without knowing whether an answer is arriving.
 */
public final class Flight {
    private static final System.Logger LOG = System.getLogger(Flight.class.getName());

    private final ReadThroughCache cache;
    private final Key key;
    private final long startedAt;

    @GuardedBy("this")
    private final List<LoadListener> listeners = new ArrayList<>(1);

    /** A result has been chosen; it may not be published yet. */
    @GuardedBy("this")
    private boolean decided;

    /** The result is published; the list of listeners is final. */
    @GuardedBy("this")
    private boolean landed;

    private volatile long sentAt;

    Flight(ReadThroughCache cache, Key key, LoadListener first, long now) {
        this.cache = cache;
        this.key = key;
        this.startedAt = now;
        this.sentAt = now;
        listeners.add(first);
    }

    /** Returns the key to ask for. The array is the flight's own: never write to it. */
    public byte[] key() {
        return key.bytes;
    }

    /** Returns for how many nanoseconds this load has been under way. */
    public long ageNanos() {
        return cache.now() - startedAt;
    }

    /** Notes that the key is being asked for now: the value's life is counted from here. */
    public void sent() {
        sentAt = cache.now();
    }

    /** Finishes the load with the value, or with null if the key does not exist. Takes ownership of the array. */
    public void complete(byte @Nullable [] value) {
        if (decide()) {
            Entry entry;
            try {
                entry = cache.publish(this, key, value, sentAt);
            } catch (RuntimeException | Error e) {
                // The heap, or the length that an array may have, does not suffice for the value.
                landFailed(BackingStoreException.unavailable("the value cannot be held: " + e.getMessage(), e));
                return;
            }
            for (LoadListener listener : land()) {
                tell(() -> listener.loaded(entry));
            }
        }
    }

    /** Finishes the load without an answer. */
    public void fail(BackingStoreException cause) {
        if (decide()) {
            landFailed(cause);
        }
    }

    /** Returns whether the results of both loads go to one recipient first of all. */
    public boolean sharesRecipientWith(Flight other) {
        return recipient() == other.recipient();
    }

    /** Lets those who waited write out their replies; after {@link #complete} or {@link #fail}. */
    public void flush() {
        for (LoadListener listener : landedListeners()) {
            tell(listener::flush);
        }
    }

    /** Adds one who waits; returns false if the result has already been handed out. */
    synchronized boolean join(LoadListener listener) {
        return !landed && listeners.add(listener);
    }

    /** Hands {@code entry}, which somebody else has just loaded, to those who wait here. */
    void landWith(Entry entry) {
        if (decide()) {
            for (LoadListener listener : land()) {
                tell(() -> listener.loaded(entry));
                tell(listener::flush);
            }
        }
    }

    private synchronized Object recipient() {
        return listeners.get(0).recipient();
    }

    private void landFailed(BackingStoreException cause) {
        cache.publishFailure(this, key);
        for (LoadListener listener : land()) {
            tell(() -> listener.failed(cause));
        }
    }

    /** A listener that breaks its word does not cost the others their answer. */
    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "A listener of a load failed", e);
        }
    }

    private synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        return first;
    }

    private synchronized List<LoadListener> land() {
        landed = true;
        return listeners;
    }

    private synchronized List<LoadListener> landedListeners() {
        return landed ? listeners : List.of();
    }
}
