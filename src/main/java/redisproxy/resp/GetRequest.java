package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** GETs: recognised without making a string, for the pipelines that are looked up together, and made. */
final class GetRequest {
    private static final byte[] BEGINNING = "*2\r\n$3\r\nGET\r\n".getBytes(StandardCharsets.US_ASCII);

    private GetRequest() {}

    /** Returns the request for a key. */
    static byte[] of(byte[] key) {
        byte[] header = Reply.bulkLength(key.length);
        return ByteBuffer.allocate(BEGINNING.length + header.length + key.length + Reply.LINE_END.length)
                .put(BEGINNING)
                .put(header)
                .put(key)
                .put(Reply.LINE_END)
                .array();
    }

    /** Whether a request is a well-formed GET. */
    static boolean matches(Arguments arguments) {
        if (arguments.count() != 2 || arguments.length(0) != 3) {
            return false;
        }
        byte[] array = arguments.array();
        int at = arguments.offset(0);
        return (array[at] | 0x20) == 'g' && (array[at + 1] | 0x20) == 'e' && (array[at + 2] | 0x20) == 't';
    }
}
