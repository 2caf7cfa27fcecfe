package redisproxy.resp;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a client is told without having asked ("Server-assisted client side caching" of the Redis documentation). Immutable. */
final class Push {
    static final Push ALL = new Push(null, 0);

    /** What is held beside the bytes of a key until it is sent. */
    private static final int OVERHEAD = 64;

    static final String CHANNEL = "__redis__:invalidate";
    private static final String MESSAGE = "*3\r\n$7\r\nmessage\r\n$20\r\n" + CHANNEL + "\r\n";
    private static final byte[] ALL2 = (MESSAGE + "$-1\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ALL3 = ">2\r\n$10\r\ninvalidate\r\n_\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte @Nullable [] key;
    private final long lostTarget;

    private Push(byte @Nullable [] key, long lostTarget) {
        this.key = key;
        this.lostTarget = lostTarget;
    }

    /** The client must not use its value of this key any more. Never write to the array. */
    static Push of(byte[] key) {
        return new Push(key, 0);
    }

    /** The client that is to be told in place of this one has left; {@code id} is its id. */
    static Push targetLost(long id) {
        return new Push(null, id);
    }

    /** Returns the key that has been written, or null if any may have been. */
    byte @Nullable [] key() {
        return key;
    }

    /** Whether this is about keys. */
    boolean isInvalidation() {
        return lostTarget == 0;
    }

    /** Returns about how much memory it takes. */
    int bytes() {
        return OVERHEAD + (key == null ? 0 : key.length);
    }

    /** Encodes it for a client that speaks RESP3. */
    byte[] encode() {
        if (lostTarget != 0) {
            return (">2\r\n$21\r\ntracking-redir-broken\r\n:" + lostTarget + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        return key == null ? ALL3 : withKey(">2\r\n$10\r\ninvalidate\r\n", key);
    }

    /** Encodes it for a client that speaks RESP2 and has subscribed to {@link #CHANNEL}; null if it cannot be told so. */
    byte @Nullable [] encodeAsMessage() {
        if (lostTarget != 0) {
            return null;
        }
        return key == null ? ALL2 : withKey(MESSAGE, key);
    }

    private static byte[] withKey(String head, byte[] key) {
        byte[] first = (head + "*1\r\n$" + key.length + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[first.length + key.length + 2];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(key, 0, all, first.length, key.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        return all;
    }
}
