package redisproxy.resp;

import redisproxy.cache.Entry;
import redisproxy.cache.Provenance;

/**
 * What came of a request on the RESP port. Each request has one result. A request of several keys has the last one in this order
 * that one of its keys has.
 */
public enum CommandResult {
    /** A key that is known to be absent was answered from memory. */
    ABSENT,
    /** A value was answered from memory. */
    HIT,
    /** An expired value was served, because it was being loaded again or Redis did not answer. */
    STALE,
    /** The answer came from a load. */
    MISS,
    /** The answer came from Redis and was not cached: the command asks each time, or writes are not reported at present. */
    BYPASS,
    /** A command that reads no key was executed. */
    OK,
    /** The request was executed, and answered with an error. */
    ERROR,
    /** The request was not executed: there is no such command, or its arguments are not accepted. */
    REFUSED;

    /** Returns the result of a request whose load has ended like this. */
    static CommandResult of(Provenance provenance) {
        return switch (provenance) {
            case STORED, RENEWED, PASSED -> MISS;
            case BYPASSED -> BYPASS;
            case STALE -> STALE;
        };
    }

    /** Returns the result of a request that was answered from memory; {@code isStale} says whether the entry has expired. */
    static CommandResult ofCached(Entry entry, boolean isStale) {
        if (isStale) {
            return STALE;
        }
        return entry.isAbsent() ? ABSENT : HIT;
    }

    /** Returns the one of both that counts for a request of several keys. */
    CommandResult or(CommandResult other) {
        return compareTo(other) < 0 ? other : this;
    }
}
