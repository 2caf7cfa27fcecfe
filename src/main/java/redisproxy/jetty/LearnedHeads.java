package redisproxy.jetty;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header sections that connections of a port have learned lately ({@link RepeatedHead}), for connections that have learned
 * none yet: clients of one kind send the same on all of their connections, and the same bytes mean the same. Otherwise the first
 * requests of many new connections would compete for the processors with all requests that are answered without Jetty.
 * Thread-safe; never blocks.
 */
final class LearnedHeads {
    /** There are few kinds of clients, and each is looked for when a connection begins. */
    private static final int MAX_HEADS = 8;

    private volatile byte[][] heads = {};

    /** Adds a header section; returns it, or an equal one that is known already, so that connections share the memory. */
    byte[] add(byte[] head) {
        byte[][] before = heads;
        for (byte[] known : before) {
            if (Arrays.equals(known, head)) {
                return known;
            }
        }
        byte[][] after = Arrays.copyOf(before, Math.min(before.length + 1, MAX_HEADS));
        System.arraycopy(before, 0, after, 1, after.length - 1);
        after[0] = head;
        // If another thread does the same at this time, one of the two is forgotten, and learned again.
        heads = after;
        return head;
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
