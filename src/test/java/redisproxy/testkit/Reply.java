package redisproxy.testkit;

import java.util.List;
import java.util.Map;

/** One reply of the Redis protocol, version 2 or 3. */
public sealed interface Reply {
    record Simple(String text) implements Reply {}

    /** An error, with its text after the minus sign. */
    record Failure(String text) implements Reply {}

    record Whole(long value) implements Reply {}

    record Bulk(Bytes bytes) implements Reply {}

    /** Nothing, as it was sent: {@code $-1} and {@code *-1} in version 2, {@code _} in version 3. */
    record Nil(String wire) implements Reply {}

    record Truth(boolean value) implements Reply {}

    /** An array, a set or a push message. */
    record Items(List<Reply> items) implements Reply {}

    record Pairs(Map<Reply, Reply> pairs) implements Reply {}

    static Reply bulk(String utf8) {
        return new Bulk(Bytes.utf8(utf8));
    }
}
