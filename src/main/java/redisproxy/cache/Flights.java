package redisproxy.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The loads in flight, at most one for each key, that requests may join. Thread-safe; no method blocks. */
final class Flights {
    private final ConcurrentHashMap<Key, Flight> byKey = new ConcurrentHashMap<>();

    @Nullable
    Flight get(Key key) {
        return byKey.get(key);
    }

    boolean contains(Key key) {
        return byKey.containsKey(key);
    }

    /** Adds a flight unless there is one for its key; returns that one, or null if this one was added. */
    @Nullable
    Flight addIfAbsent(Flight flight) {
        return byKey.putIfAbsent(flight.cacheKey(), flight);
    }

    /** Removes this flight; another one for the same key stays. */
    void remove(Flight flight) {
        byKey.remove(flight.cacheKey(), flight);
    }

    /** Keeps later requests from joining the flight for a key, and its result from being cached. Returns whether there was one. */
    boolean invalidate(Key key) {
        Flight flight = byKey.get(key);
        if (flight == null) {
            return false;
        }
        withdraw(flight);
        return true;
    }

    /** Does the same for each flight that matches. */
    void invalidateIf(Predicate<Flight> matches) {
        for (Flight flight : byKey.values()) {
            if (matches.test(flight)) {
                withdraw(flight);
            }
        }
    }

    /** Does the same for this flight. */
    void withdraw(Flight flight) {
        flight.invalidate();
        remove(flight);
    }
}
