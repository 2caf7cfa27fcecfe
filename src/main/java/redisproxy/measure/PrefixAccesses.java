package redisproxy.measure;

/**
 * The accesses to the keys that begin with one prefix.
 *
 * @param prefix up to the first {@code :}, {@code /} or {@code .}, which is included; empty for keys without one
 * @param accesses how many there were, estimated
 * @param hits how many of these found the key cached, estimated
 * @param error by how much either estimate may be wrong; in 95 of 100 cases it is not more
 */
public record PrefixAccesses(SampledKey prefix, long accesses, long hits, long error) {}
