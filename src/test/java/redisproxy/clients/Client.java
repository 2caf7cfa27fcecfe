package redisproxy.clients;

import java.util.List;

/** The reads of one Redis library, each by the API that the library has for it. */
interface Client extends AutoCloseable {
    /** GET, of a value that is text; null if there is none. */
    String text(String key);

    /** GET, of a value of any bytes; null if there is none. */
    byte[] bytes(String key);

    /** A GET of each key, all of them sent before the first reply is read. */
    List<String> pipelined(List<String> keys);

    /** MGET, with null for keys that do not exist. */
    List<String> together(List<String> keys);

    @Override
    void close();
}
