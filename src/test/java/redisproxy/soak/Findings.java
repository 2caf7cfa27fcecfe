package redisproxy.soak;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What all readers have found together. Thread-safe. */
final class Findings {
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final LongAdder values = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

    void wrong(String what) {
        wrong.add(what);
    }

    Collection<String> wrong() {
        return wrong;
    }

    void value() {
        values.increment();
    }

    void absent() {
        absent.increment();
    }

    void refused() {
        refused.increment();
    }

    void took(long nanos) {
        longestNanos.accumulate(nanos);
    }

    long values() {
        return values.sum();
    }

    long refusals() {
        return refused.sum();
    }

    @Override
    public String toString() {
        return "%s values, %s absent, %s refused, no wait longer than %d ms"
                .formatted(values, absent, refused, TimeUnit.NANOSECONDS.toMillis(longestNanos.get()));
    }
}
