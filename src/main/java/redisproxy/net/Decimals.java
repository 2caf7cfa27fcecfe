package redisproxy.net;

import java.nio.ByteBuffer;

/** Writes numbers as decimal digits in ASCII, without making a string. */
public final class Decimals {
    private Decimals() {}

    /** Puts the digits of a number that is not negative; {@code out} must have room for them, at most ten. */
    public static void put(ByteBuffer out, int value) {
        int divisor = 1;
        while (value / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.put((byte) ('0' + value / divisor % 10));
        }
    }
}
