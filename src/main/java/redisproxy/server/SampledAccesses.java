package redisproxy.server;

import redisproxy.cache.AccessSampler;
import redisproxy.measure.Accesses;

/** Has the accesses that the cache samples counted. Thread-safe. */
final class SampledAccesses implements AccessSampler {
    private final Accesses accesses;

    SampledAccesses(Accesses accesses) {
        this.accesses = accesses;
    }

    @Override
    public int interval() {
        return accesses.interval();
    }

    @Override
    public void sampled(byte[] source, int offset, int length, int interval, boolean isHit, int valueBytes) {
        accesses.record(source, offset, length, interval, isHit, valueBytes);
    }
}
