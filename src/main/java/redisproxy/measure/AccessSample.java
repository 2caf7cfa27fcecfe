package redisproxy.measure;

/**
 * An access to a key that was drawn from all accesses.
 *
 * @param interval of how many accesses one was drawn
 * @param isHit whether the key was cached
 * @param valueBytes the length of the value that was found
 */
record AccessSample(SampledKey key, int interval, boolean isHit, int valueBytes) {
    /** Returns how many bytes of key and value the access moved. */
    long bytes() {
        return (long) key.length() + valueBytes;
    }
}
