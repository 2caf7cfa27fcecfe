package redisproxy.resp;

/**
 * Which arguments of a command are keys, in the terms of redis.io, "COMMAND".
 *
 * @param first the index of the first key; 0 if the command has no keys
 * @param last the index of the last key; negative if it counts from the end
 * @param step the distance between two keys
 */
record KeyPositions(int first, int last, int step) {
    static final KeyPositions NONE = new KeyPositions(0, 0, 0);
    static final KeyPositions FIRST_ARGUMENT = new KeyPositions(1, 1, 1);
    static final KeyPositions ALL_ARGUMENTS = new KeyPositions(1, -1, 1);
}
