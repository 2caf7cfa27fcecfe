package redisproxy.jetty;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header sections that connections of a port have learned lately ({@link RepeatedHead}), for connections that have learned
 * none yet. Clients of one kind send the same header section on all of their connections. Its meaning must not depend on the
 * connection, and it has no {@code Authorization}. Without shared sections, the first requests of many new connections would
 * compete for the processors with all requests that are answered without Jetty. Thread-safe; never blocks.
 */
final class LearnedHeads {
    /** There are few kinds of clients, and each is looked for when a connection begins. */
    private static final int MAX_HEADS = 8;

    /** Those that were added at least twice. */
    private volatile byte[][] heads = {};

    /** Those that were added once, so that a client whose headers differ in each request evicts none of {@link #heads}. */
    private volatile byte[][] seenOnce = {};

    /**
     * Adds a header section, which {@link #find} knows from the second time on. Returns it, or an equal one that was added
     * before, so that connections share the memory.
     */
    byte[] add(byte[] head) {
        // If another thread adds one at this time, one of the two may be forgotten, and is learned again.
        byte[][] known = heads;
        byte[] shared = equal(head, known);
        if (shared != null) {
            return shared;
        }
        byte[][] once = seenOnce;
        shared = equal(head, once);
        if (shared != null) {
            heads = withLatest(shared, known);
            return shared;
        }
        seenOnce = withLatest(head, once);
        return head;
    }

    private static byte @Nullable [] equal(byte[] head, byte[][] among) {
        for (byte[] other : among) {
            if (Arrays.equals(other, head)) {
                return other;
            }
        }
        return null;
    }

    private static byte[][] withLatest(byte[] head, byte[][] before) {
        byte[][] after = Arrays.copyOf(before, Math.min(before.length + 1, MAX_HEADS));
        System.arraycopy(before, 0, after, 1, after.length - 1);
        after[0] = head;
        return after;
    }

    /** Returns the header section that these bytes begin with, or null. */
    byte @Nullable [] find(byte[] source, int start, int end) {
        for (byte[] head : heads) {
            if (RepeatedHead.isAt(head, source, start, end)) {
                return head;
            }
        }
        return null;
    }
}
