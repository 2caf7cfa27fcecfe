package redisproxy.soak;

import redisproxy.testkit.Bytes;

/** The answer of the proxy for one key, over any port. */
sealed interface Answer {
    record Value(Bytes bytes) implements Answer {}

    /** The key does not exist. */
    record Absent() implements Answer {}

    /** Redis cannot be asked. */
    record Refused(String why) implements Answer {}
}
