package redisproxy.resp;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redisproxy.cache.LoadReport;

/**
 * The longest loads of the last seconds in which one was long: what Redis keeps for each of its events, for one event. Thread-safe;
 * loads that are not long take no lock.
 */
final class LatencyMonitor {
    /** The only event: a read of Redis took long. */
    static final String LOAD = "load";

    /** As in Redis. */
    static final int MOST_SAMPLES = 160;

    private volatile long thresholdMillis;

    /** The oldest first; of each second the longest. */
    @GuardedBy("this")
    private final Deque<Sample> samples = new ArrayDeque<>();

    @GuardedBy("this")
    private long longestMillis;

    /** What took longest in a second. */
    record Sample(long unixSeconds, long millis) {}

    /** The samples, the oldest first, and the longest one since the reset, which may have left them. */
    record History(List<Sample> samples, long longestMillis) {}

    /** Makes a monitor of what takes so long; of nothing if {@code thresholdMillis} is 0. */
    LatencyMonitor(long thresholdMillis) {
        this.thresholdMillis = thresholdMillis;
    }

    long thresholdMillis() {
        return thresholdMillis;
    }

    /** Keeps what takes so long from now on, or nothing; samples stay. */
    void change(long millis) {
        thresholdMillis = millis;
    }

    /** Whether a load that took so long is kept. */
    boolean wants(long tookNanos) {
        long least = thresholdMillis;
        return least > 0 && TimeUnit.NANOSECONDS.toMillis(tookNanos) >= least;
    }

    void finished(LoadReport report) {
        if (wants(report.tookNanos())) {
            long millis = TimeUnit.NANOSECONDS.toMillis(report.tookNanos());
            add(report.started().plusNanos(report.tookNanos()).getEpochSecond(), millis);
        }
    }

    private synchronized void add(long unixSeconds, long millis) {
        longestMillis = Math.max(longestMillis, millis);
        Sample last = samples.peekLast();
        if (last != null && last.unixSeconds() == unixSeconds) {
            if (millis > last.millis()) {
                samples.removeLast();
                samples.addLast(new Sample(unixSeconds, millis));
            }
            return;
        }
        samples.addLast(new Sample(unixSeconds, millis));
        if (samples.size() > MOST_SAMPLES) {
            samples.removeFirst();
        }
    }

    synchronized History history() {
        return new History(List.copyOf(samples), longestMillis);
    }

    /** Forgets everything; returns whether there was anything. */
    synchronized boolean reset() {
        boolean hadSamples = !samples.isEmpty();
        samples.clear();
        longestMillis = 0;
        return hadSamples;
    }
}
