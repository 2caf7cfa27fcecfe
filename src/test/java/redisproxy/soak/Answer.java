package redisproxy.soak;

import redisproxy.testkit.Bytes;

/** What the proxy says of one key, over whichever port. */
sealed interface Answer {
    record Value(Bytes bytes) implements Answer {}

    /** The key does not exist. */
    record Absent() implements Answer {}

    /** Redis cannot be asked. */
    record Refused(String why) implements Answer {}
}
