package redisproxy.cache;

import org.jspecify.annotations.Nullable;
import redisproxy.measure.Accesses;

/** Counts the accesses of a benchmark as the proxy does. */
public final class CountedAccesses implements AccessSampler, AutoCloseable {
    private final Accesses accesses = new Accesses();

    private CountedAccesses() {
        accesses.start("accesses");
    }

    /** Returns what counts, or null if nothing is to be counted. */
    public static @Nullable CountedAccesses startIf(boolean counts) {
        return counts ? new CountedAccesses() : null;
    }

    @Override
    public int interval() {
        return accesses.interval();
    }

    @Override
    public void sampled(byte[] source, int offset, int length, int interval, boolean isHit, int valueBytes) {
        accesses.record(source, offset, length, interval, isHit, valueBytes);
    }

    @Override
    public void close() {
        accesses.close();
    }
}
