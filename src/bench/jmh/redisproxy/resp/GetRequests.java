package redisproxy.resp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import redisproxy.cache.Requests;

/** The requests of {@link Requests} as GETs on the wire, one after the other, all of one length. */
final class GetRequests {
    private static final byte[] BEFORE_KEY =
            ("*2\r\n$3\r\nGET\r\n$" + Requests.KEY_BYTES + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER_KEY = {'\r', '\n'};

    /** The length of each. */
    static final int BYTES = BEFORE_KEY.length + Requests.KEY_BYTES + AFTER_KEY.length;

    private GetRequests() {}

    static byte[] encode(Requests requests) {
        ByteBuffer encoded = ByteBuffer.allocate(Requests.COUNT * BYTES);
        for (int i = 0; i < Requests.COUNT; i++) {
            encoded.put(BEFORE_KEY)
                    .put(requests.bytes(), i * Requests.KEY_BYTES, Requests.KEY_BYTES)
                    .put(AFTER_KEY);
        }
        return encoded.array();
    }
}
