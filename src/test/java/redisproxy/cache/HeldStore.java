package redisproxy.cache;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A backing store that holds every load until the test releases it, and counts them. */
final class HeldStore implements BackingStore {
    final Map<String, String> values = new ConcurrentHashMap<>();
    final Queue<Flight> held = new ConcurrentLinkedQueue<>();
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    volatile boolean holding;
    volatile boolean closed;

    @Override
    public void load(List<Flight> flights) {
        for (Flight flight : flights) {
            asked.add(text(flight));
            flight.sent();
            held.add(flight);
        }
        if (!holding) {
            release();
        }
    }

    /** Answers all that is held with the values of now. */
    void release() {
        for (Flight flight = held.poll(); flight != null; flight = held.poll()) {
            String value = values.get(text(flight));
            flight.complete(value == null ? null : value.getBytes(StandardCharsets.UTF_8));
            flight.flush();
        }
    }

    void fail(BackingStoreException cause) {
        for (Flight flight = held.poll(); flight != null; flight = held.poll()) {
            flight.fail(cause);
            flight.flush();
        }
    }

    List<String> askedInOrder() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        closed = true;
    }

    private static String text(Flight flight) {
        return new String(flight.key(), StandardCharsets.UTF_8);
    }
}
