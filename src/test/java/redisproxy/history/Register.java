package redisproxy.history;

import java.util.concurrent.TimeUnit;

/**
 * What a key holds at one point of a linearization.
 *
 * @param value null if there is no such key
 * @param earliestEnd before this moment it has not expired
 * @param latestEnd from this moment on it has expired
 */
record Register(String value, long earliestEnd, long latestEnd) {
    static final Register ABSENT = new Register(null, Long.MAX_VALUE, Long.MAX_VALUE);

    /** Redis looks at its clock once for many commands, and counts milliseconds. */
    private static final long CLOCK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What an operation leaves that sets the value, or its life, at some moment while it is under way. */
    static Register of(String value, long lifeMillis, Operation setter) {
        if (lifeMillis == 0) {
            return new Register(value, Long.MAX_VALUE, Long.MAX_VALUE);
        }
        long life = TimeUnit.MILLISECONDS.toNanos(lifeMillis);
        long latest = setter.returned() == Operation.NEVER ? Long.MAX_VALUE : setter.returned() + life + CLOCK_NANOS;
        return new Register(value, setter.invoked() + life - CLOCK_NANOS, latest);
    }

    Register withValue(String other) {
        return new Register(other, earliestEnd, latestEnd);
    }

    boolean mayExistDuring(Operation operation) {
        return operation.invoked() < latestEnd;
    }

    boolean mayBeExpiredDuring(Operation operation) {
        return value != null && earliestEnd != Long.MAX_VALUE && operation.returned() >= earliestEnd;
    }
}
