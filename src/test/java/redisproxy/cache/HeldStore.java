package redisproxy.cache;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A backing store that holds every load until the test releases it, and counts them. */
final class HeldStore implements BackingStore {
    final Map<String, String> values = new ConcurrentHashMap<>();
    /** How long keys live on, if not for ever. */
    final Map<String, Duration> lives = new ConcurrentHashMap<>();

    final Queue<Flight> held = new ConcurrentLinkedQueue<>();
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    volatile boolean holding;
    /** Holds loads without having asked for them. */
    volatile boolean queueing;

    volatile boolean closed;

    @Override
    public void load(List<Flight> flights) {
        for (Flight flight : flights) {
            asked.add(text(flight));
            if (!queueing) {
                send(flight);
            }
            held.add(flight);
        }
        if (!holding && !queueing) {
            release();
        }
    }

    void send() {
        held.forEach(HeldStore::send);
    }

    void sendNewest() {
        send(List.copyOf(held).get(held.size() - 1));
    }

    private static void send(Flight flight) {
        flight.sent();
    }

    /** Answers all that is held with the values of now. */
    void release() {
        for (Flight flight = held.poll(); flight != null; flight = held.poll()) {
            answer(flight, values.get(text(flight)));
        }
    }

    /** Answers what has been held for longest. */
    void releaseOldest(String value) {
        answer(held.remove(), value);
    }

    /** Answers what has been held for the shortest time. */
    void releaseNewest(String value) {
        Flight newest = List.copyOf(held).get(held.size() - 1);
        held.remove(newest);
        answer(newest, value);
    }

    private void answer(Flight flight, String value) {
        Duration life = lives.get(text(flight));
        flight.complete(
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                life == null ? Flight.UNLIMITED : life.toNanos());
        flight.flush();
    }

    void failOldest(BackingStoreException cause) {
        Flight oldest = held.remove();
        oldest.fail(cause);
        oldest.flush();
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
