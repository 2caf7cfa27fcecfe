package redisproxy.resp;

import java.util.List;
import redisproxy.auth.KeyAccess;

/**
 * Which arguments of a command are keys, in the terms of redis.io, "COMMAND".
 *
 * @param first the index of the first key; 0 if the command has no keys
 * @param last the index of the last key; negative if it counts from the end
 * @param step the distance between two keys
 * @param flags what the command does to the keys (redis.io, "Command key specifications")
 */
record KeyPositions(int first, int last, int step, List<String> flags) {
    private static final List<String> METADATA = List.of("RO");
    private static final List<String> VALUE = List.of("RO", "access");

    static final KeyPositions NONE = new KeyPositions(0, 0, 0, List.of());
    static final KeyPositions FIRST_ARGUMENT = new KeyPositions(1, 1, 1, VALUE);
    static final KeyPositions ALL_ARGUMENTS = new KeyPositions(1, -1, 1, VALUE);

    /** Returns the same positions for a command that returns nothing of the values. */
    KeyPositions ofMetadata() {
        return new KeyPositions(first, last, step, METADATA);
    }

    /** Returns what the command does to the keys, as rules tell it apart (Redis: {@code ACLSelectorCheckKey}). */
    KeyAccess access() {
        return flags.contains("access") ? KeyAccess.READ : KeyAccess.METADATA;
    }

    boolean hasKeys() {
        return first > 0;
    }

    /** Returns whether a request may have any number of keys. */
    boolean hasAnyNumber() {
        return last < 0;
    }

    /** Returns the index of the last key in a request of so many arguments. */
    int lastOf(int argumentCount) {
        return last < 0 ? argumentCount + last : last;
    }
}
