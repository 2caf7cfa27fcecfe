package redisproxy.measure;

/**
 * A key that is accessed much.
 *
 * @param key the key
 * @param accesses how often it was accessed, estimated
 * @param error by how much the estimate may be wrong; in 95 of 100 cases it is not more
 * @param share the part that these accesses are of all, from 0 to 1
 */
public record HotKey(SampledKey key, long accesses, long error, double share) {}
