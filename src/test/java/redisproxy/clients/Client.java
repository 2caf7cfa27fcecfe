package redisproxy.clients;

import java.util.List;

/** What one library for Redis lets its users read, in the way that it has for each. */
interface Client extends AutoCloseable {
    /** GET, of a value that is text; null if there is none. */
    String text(String key);

    /** GET, of a value of any bytes; null if there is none. */
    byte[] bytes(String key);

    /** A GET of each key, all of them sent before the first reply is asked for. */
    List<String> pipelined(List<String> keys);

    /** MGET, with null for what does not exist. */
    List<String> together(List<String> keys);

    @Override
    void close();
}
