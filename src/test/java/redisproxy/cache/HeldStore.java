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
    /** The remaining life of the keys that expire. */
    final Map<String, Duration> lives = new ConcurrentHashMap<>();

    final Queue<Load> held = new ConcurrentLinkedQueue<>();
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    volatile boolean holding;
    /** Holds loads before their requests are sent. */
    volatile boolean queueing;

    volatile boolean closed;

    @Override
    public void load(List<? extends Load> loads) {
        for (Load load : loads) {
            asked.add(text(load));
            if (!queueing) {
                send(load);
            }
            held.add(load);
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

    private static void send(Load load) {
        load.sending();
        load.sent();
    }

    /** Answers all held loads with the present values. */
    void release() {
        for (Load load = held.poll(); load != null; load = held.poll()) {
            answer(load, values.get(text(load)));
        }
    }

    /** Answers the load that has been held longest. */
    void releaseOldest(String value) {
        answer(held.remove(), value);
    }

    /** Answers the load that came last. */
    void releaseNewest(String value) {
        Load newest = List.copyOf(held).get(held.size() - 1);
        held.remove(newest);
        answer(newest, value);
    }

    private void answer(Load load, String value) {
        Duration life = lives.get(text(load));
        load.complete(
                value == null ? null : value.getBytes(StandardCharsets.UTF_8),
                life == null ? Load.UNLIMITED : life.toNanos());
        load.flush();
    }

    void failOldest(BackingStoreException cause) {
        Load oldest = held.remove();
        oldest.fail(cause);
        oldest.flush();
    }

    void fail(BackingStoreException cause) {
        for (Load load = held.poll(); load != null; load = held.poll()) {
            load.fail(cause);
            load.flush();
        }
    }

    List<String> askedInOrder() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        closed = true;
    }

    private static String text(Load load) {
        return new String(load.key(), StandardCharsets.UTF_8);
    }
}
