package redisproxy.measure;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request, for the access log. Immutable, and so is the key that it holds.
 *
 * @param port on which port it arrived
 * @param client the client's address and port
 * @param command the method, or the command in lower case
 * @param key the first {@value #MOST_KEY_BYTES} bytes of its first key, or null if it has none; nobody may write to the array
 * @param result what came of it: hit, absent, stale, miss, bypass, ok, error or refused
 * @param status the status code, or the code of an error reply; {@code OK} for other replies, {@code -} without a reply
 * @param protocol with its version, such as {@code HTTP/1.1}
 * @param bytes of the body, or of the reply
 * @param nanos how long it took until it had its answer
 */
// Never compared, and copied only where a key is too long to be kept.
@SuppressWarnings("ArrayRecordComponent")
public record Access(
        Port port,
        String client,
        String command,
        byte @Nullable [] key,
        String result,
        String status,
        String protocol,
        long bytes,
        long nanos) {
    /** What is kept of a key until the line is written. Longer ones are told apart by their beginnings alone. */
    public static final int MOST_KEY_BYTES = 1024;

    /** The ports. */
    public enum Port {
        HTTP,
        RESP
    }

    /** Returns what is kept of a key: the array itself if it is short, else a copy of its beginning. */
    public static byte[] shortened(byte[] key) {
        return key.length <= MOST_KEY_BYTES ? key : Arrays.copyOf(key, MOST_KEY_BYTES);
    }
}
