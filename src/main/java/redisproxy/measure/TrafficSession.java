package redisproxy.measure;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A session in which the bytes that move for each key are counted. Not thread-safe. */
final class TrafficSession {
    private static final int SKETCH_SIZE = 2048;

    private final Frequencies<SampledKey> bytes = new Frequencies<>(SKETCH_SIZE);
    private final int count;
    private final int ratio;
    private final long startedMillis;
    private final long startedNanos;
    private final long mostNanos;
    private long endedNanos;
    private boolean isStopped;

    /**
     * Begins a session.
     *
     * @param count how many keys to report
     * @param ratio what the session reports as its ratio
     * @param mostNanos after how long it ends by itself, {@link Long#MAX_VALUE} for never
     */
    TrafficSession(int count, int ratio, long mostNanos, long nowNanos, long nowMillis) {
        this.count = count;
        this.ratio = ratio;
        this.mostNanos = mostNanos;
        this.startedNanos = nowNanos;
        this.startedMillis = nowMillis;
    }

    /** Ends the session if its time is over; returns whether it goes on. */
    boolean isActive(long nowNanos) {
        if (!isStopped && nowNanos - startedNanos >= mostNanos) {
            isStopped = true;
            endedNanos = startedNanos + mostNanos;
        }
        return !isStopped;
    }

    void stop(long nowNanos) {
        isStopped = true;
        endedNanos = nowNanos;
    }

    void add(AccessSample sample, long nowNanos) {
        if (isActive(nowNanos)) {
            bytes.add(sample.key(), sample.interval(), sample.bytes());
        }
    }

    /** Returns the figures, with those keys alone that {@code named} accepts. */
    KeyTraffic snapshot(long nowNanos, Predicate<SampledKey> named) {
        boolean isActive = isActive(nowNanos);
        long nanos = (isActive ? nowNanos : endedNanos) - startedNanos;
        List<HotKey> keys = bytes.most(count, named).stream()
                .map(each -> Accesses.hotKey(each, bytes.total()))
                .toList();
        return new KeyTraffic(
                isActive, count, ratio, startedMillis, TimeUnit.NANOSECONDS.toMillis(nanos), bytes.total(), keys);
    }
}
