package redisproxy.cache;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws the accesses that an {@link AccessSampler} is told of. An access that is not drawn takes no lock and allocates nothing.
 * Thread-safe.
 */
final class Sampling {
    /** Far less than what would overflow when the size of a batch is added. */
    private static final int MAX_GAP = 1 << 30;

    private final @Nullable AccessSampler sampler;

    Sampling(@Nullable AccessSampler sampler) {
        this.sampler = sampler;
    }

    /**
     * Draws from the keys that have been looked up together. The gaps between the keys that are drawn are random, so that most
     * look-ups cost one comparison.
     */
    void lookedUp(Lookups lookups) {
        AccessSampler told = sampler;
        if (told == null) {
            return;
        }
        int interval = told.interval();
        if (interval != lookups.sampleInterval) {
            // The rest of an old gap says nothing of the past, so that a new gap may take its place.
            lookups.sampleInterval = interval;
            lookups.untilSample = gap(interval) - 1;
        }
        int size = lookups.size();
        int index = lookups.untilSample;
        if (index < size) {
            index = sample(lookups, index, interval, told);
        }
        lookups.untilSample = index - size;
    }

    /** Samples from {@code first} on, and returns the index of the next key to sample, beyond the last one. */
    private static int sample(Lookups lookups, int first, int interval, AccessSampler sampler) {
        int index = first;
        do {
            Entry entry = lookups.entry(index);
            lookups.sample(index, interval, entry != null, entry == null ? 0 : entry.valueLength(), sampler);
            index += gap(interval);
        } while (index < lookups.size());
        return index;
    }

    /** Draws from accesses to single keys, of which {@code entry} was found. */
    void found(byte[] source, int offset, int length, Entry entry) {
        AccessSampler told = sampler;
        if (told != null) {
            int interval = told.interval();
            if (isDrawn(interval)) {
                told.sampled(source, offset, length, interval, /* isHit= */ true, entry.valueLength());
            }
        }
    }

    /** Draws from accesses to single keys that have to be loaded. */
    void missed(byte[] key) {
        AccessSampler told = sampler;
        if (told != null) {
            int interval = told.interval();
            if (isDrawn(interval)) {
                told.sampled(key, 0, key.length, interval, /* isHit= */ false, /* valueBytes= */ 0);
            }
        }
    }

    private static boolean isDrawn(int interval) {
        return interval == 1 || (ThreadLocalRandom.current().nextInt() & (interval - 1)) == 0;
    }

    /** Returns how far it is to the next success of independent trials with the chance of 1 in {@code interval}. */
    private static int gap(int interval) {
        if (interval == 1) {
            return 1;
        }
        double chance = 1 - ThreadLocalRandom.current().nextDouble();
        double failures = Math.log(chance) / Math.log1p(-1.0 / interval);
        return 1 + (int) Math.min(failures, MAX_GAP);
    }
}
