package redisproxy.cache;

/**
 * A client that has had a key loaded, for those that look into slow loads. Immutable.
 *
 * @param address the client's host and port, or as much as is known of them
 * @param name the name that the client has given itself, possibly empty
 */
public record Asker(String address, String name) {}
