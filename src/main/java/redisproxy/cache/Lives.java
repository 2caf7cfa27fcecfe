package redisproxy.cache;

/**
 * For how long entries live that do not say when they were asked for: {@code sentAt} follows from the deadline, which keeps an entry
 * small. When the TTL changes, the deadlines of all of them move, one after the other; the lowest bit of a deadline says whether it has
 * moved, and so for how long its entry lives. Immutable.
 *
 * @param nanos for how long an entry lives whose deadline has the present bit
 * @param otherNanos for how long one lives whose deadline has the other bit
 * @param bit the present bit: 0 or 1
 */
record Lives(long nanos, long otherNanos, int bit) {
    /** Returns those of a TTL that has not changed yet. */
    static Lives first(long nanos) {
        return new Lives(nanos, nanos, 0);
    }

    /** Returns those after a change of the TTL, if all deadlines have the present bit. */
    Lives changed(long toNanos) {
        return new Lives(toNanos, nanos, bit ^ 1);
    }

    /** Returns the deadline of an entry that was asked for at that time; it is too early by a nanosecond at most. */
    long deadline(long sentAt) {
        long end = sentAt + nanos;
        return (end & 1) == bit ? end : end - 1;
    }

    /** Returns whether a deadline has the present bit. */
    boolean isPresent(long deadline) {
        return (deadline & 1) == bit;
    }

    /** Returns for how long an entry with this deadline lives. */
    long nanosOf(long deadline) {
        return isPresent(deadline) ? nanos : otherNanos;
    }
}
