package redisproxy.cache;

/**
 * The figures of those that tell a {@link BackingStore} which server to read from: Sentinels, or the nodes of a Cluster. An
 * immutable snapshot.
 *
 * @param known how many are known
 * @param telling how many of these answer at present, and tell a server; of the nodes of a Cluster one at a time is asked
 * @param switches how many times another server has been told so far, for all keys or for some
 * @param detail why none tells a server, or why the Cluster does not serve, in one line; empty if there is nothing to say
 */
public record WatchStats(int known, int telling, long switches, String detail) {}
