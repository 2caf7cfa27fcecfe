package redisproxy.fuzz;

import java.util.Random;

/** Numbers drawn from bytes, so that the same bytes always give the same choices. Zeros follow the last byte. */
final class Choices {
    private static final int SEEDED_BYTES = 4096;

    private final byte[] bytes;
    private int next;

    Choices(byte[] bytes) {
        this.bytes = bytes;
    }

    static Choices seeded(long seed) {
        byte[] bytes = new byte[SEEDED_BYTES];
        new Random(seed).nextBytes(bytes);
        return new Choices(bytes);
    }

    boolean isExhausted() {
        return next >= bytes.length;
    }

    /** Returns a number from 0 up to, and without, the bound. */
    int below(int bound) {
        int number = 0;
        for (int range = bound - 1; range > 0; range >>= Byte.SIZE) {
            number = (number << Byte.SIZE) | nextByte();
        }
        return Math.floorMod(number, bound);
    }

    /** Returns true once in so many times. */
    boolean onceIn(int times) {
        return below(times) == times - 1;
    }

    /** Returns a size, each power of two below the greatest equally often. */
    int size(int greatest) {
        int bits = below(Integer.SIZE - Integer.numberOfLeadingZeros(greatest) + 1);
        return bits == 0 ? 0 : Math.min(greatest, (1 << (bits - 1)) + below(1 << (bits - 1)));
    }

    private int nextByte() {
        return next < bytes.length ? bytes[next++] & 0xFF : 0;
    }
}
