package redisproxy.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import redisproxy.testkit.Bytes;

/** Makes inputs that are nearly right: a few bytes are lost, changed, repeated, or taken from another input. */
final class Damage {
    private static final int MOST_STEPS = 4;
    private static final int MAX_BYTES = 4096;

    private final List<byte[]> others;
    private final Random random;

    Damage(List<byte[]> others, Random random) {
        this.others = others;
        this.random = random;
    }

    byte[] to(byte[] input) {
        byte[] damaged = input.clone();
        for (int steps = 1 + random.nextInt(MOST_STEPS); steps > 0; steps--) {
            damaged = step(damaged);
        }
        return Arrays.copyOf(damaged, Math.min(damaged.length, MAX_BYTES));
    }

    private byte[] step(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(8));
        byte[] other = others.get(random.nextInt(others.size()));
        return switch (random.nextInt(5)) {
            case 0 -> spliced(input, from, new byte[0], to);
            case 1 -> spliced(input, from, new byte[] {(byte) random.nextInt()}, from + (to > from ? 1 : 0));
            case 2 -> spliced(input, from, Arrays.copyOfRange(input, from, to), from);
            case 3 -> spliced(input, from, pieceOf(other), to);
            default -> spliced(input, from, pieceOf(other), from);
        };
    }

    private byte[] pieceOf(byte[] other) {
        int from = random.nextInt(other.length + 1);
        return Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(16)));
    }

    /** Returns the input with {@code piece} between its bytes before {@code from} and those from {@code to} on. */
    private static byte[] spliced(byte[] input, int from, byte[] piece, int to) {
        return Bytes.of(Arrays.copyOf(input, from))
                .plus(Bytes.of(piece))
                .plus(Bytes.of(Arrays.copyOfRange(input, to, input.length)))
                .toArray();
    }
}
