package redisproxy.cache;

/**
 * Is told of a random sample of the accesses to keys: of each access with the same probability, whatever came before. So a
 * load that is periodic is sampled as evenly as any other. Implementations are thread-safe.
 */
public interface AccessSampler {
    /**
     * Returns of how many accesses one is sampled: a power of two from 1 to 2<sup>30</sup>. It may change at any time. Asked for
     * each look-up, so it must cost no more than a field.
     */
    int interval();

    /**
     * An access was sampled, which stands for {@code interval} of them. Called on the thread that serves the client: must not
     * block or throw. The array belongs to the caller.
     *
     * @param interval what {@link #interval()} was
     * @param isHit whether the key was cached; a key that is known not to exist is, too
     * @param valueBytes the length of the value that was found, 0 if there was none
     */
    void sampled(byte[] source, int offset, int length, int interval, boolean isHit, int valueBytes);
}
