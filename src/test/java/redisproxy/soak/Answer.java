package redisproxy.soak;

import redisproxy.testkit.Bytes;

/** The answer of the proxy for one key, over any port. */
sealed interface Answer {
    record Value(Bytes bytes) implements Answer {}

    /** The key does not exist. */
    record Absent() implements Answer {}

    /**
     * Redis cannot be asked.
     *
     * @param isForAll whether this is the one answer to several keys, which Redis cannot be asked for one of them
     */
    record Refused(String why, boolean isForAll) implements Answer {}
}
