package redisproxy.cache;

/**
 * The figures of those that tell a {@link BackingStore} which server to read from. An immutable snapshot.
 *
 * @param known how many are known
 * @param telling how many of these answer at present, and tell a server
 * @param switches how many times another server has been told so far
 * @param detail why none tells a server, in one line; empty if one does
 */
public record WatchStats(int known, int telling, long switches, String detail) {}
