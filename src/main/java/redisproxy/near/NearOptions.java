package redisproxy.near;

/**
 * What a client has asked to be told of ("CLIENT TRACKING" of the Redis documentation). Immutable.
 *
 * @param isBroadcast every key with one of the client's prefixes, whether the client has read it or not
 * @param isOptIn only keys that are read by a command right after CLIENT CACHING YES
 * @param isOptOut all keys that it reads, except by a command right after CLIENT CACHING NO
 * @param isNoLoop not what it writes itself
 */
public record NearOptions(boolean isBroadcast, boolean isOptIn, boolean isOptOut, boolean isNoLoop) {
    /** Every key that the client reads, whoever writes it. */
    public static final NearOptions DEFAULT = new NearOptions(false, false, false, false);
}
