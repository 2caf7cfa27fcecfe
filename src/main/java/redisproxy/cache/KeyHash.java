package redisproxy.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * A hash of byte strings, keyed by secrets that are drawn at start, so that keys cannot be prepared to fall into one bucket.
 *
 * <p>Eight bytes a step are folded by the 128-bit product of the word and the state, each masked by a secret (the
 * construction of wyhash).
 */
final class KeyHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long WORD_SECRET;
    private static final long STATE_SECRET;

    static {
        SecureRandom random = new SecureRandom();
        WORD_SECRET = random.nextLong();
        STATE_SECRET = random.nextLong();
    }

    private KeyHash() {}

    static int hash(byte[] bytes, int offset, int length) {
        long state = length;
        int at = offset;
        int end = offset + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            state = fold((long) LONG.get(bytes, at), state);
        }
        long tail = 0;
        for (; at < end; at++) {
            tail = (tail << Byte.SIZE) | (bytes[at] & 0xFF);
        }
        state = fold(tail, state);
        return (int) (state ^ (state >>> Integer.SIZE));
    }

    private static long fold(long word, long state) {
        long a = word ^ WORD_SECRET;
        long b = state ^ STATE_SECRET;
        return Math.multiplyHigh(a, b) ^ (a * b);
    }
}
