package redisproxy.soak;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import redisproxy.testkit.Bytes;

/** A value that one thread writes, each time with the next number, while others check what they read. */
final class Counter {
    private final String key;

    /** When Redis confirmed each number. */
    private final ConcurrentSkipListMap<Long, Long> confirmed = new ConcurrentSkipListMap<>();

    private volatile long begun;

    Counter(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }

    /** Writes the next number, by what sets a key to a value and fails if Redis does not confirm it. */
    void increment(BiConsumer<String, String> set) {
        long number = begun + 1;
        begun = number;
        set.accept(key, value(number));
        confirmed.put(System.nanoTime(), number);
    }

    /** The last number that Redis has confirmed, 0 before the first. */
    long last() {
        Map.Entry<Long, Long> last = confirmed.lastEntry();
        return last == null ? 0 : last.getValue();
    }

    /** The number in a value, which must be no older than that. */
    long check(Bytes value, long notBeforeNanos) {
        long number = number(value);
        if (!value.equals(Bytes.utf8(value(number)))) {
            throw new IllegalStateException("of " + key + ": " + value);
        }
        if (number > begun) {
            throw new IllegalStateException(key + " is " + number + " before it was written");
        }
        Map.Entry<Long, Long> least = confirmed.floorEntry(notBeforeNanos);
        if (least != null && number < least.getValue()) {
            throw new IllegalStateException(key + " is still " + number + ", not " + least.getValue() + " or more");
        }
        return number;
    }

    long number(Bytes value) {
        String text = value.asUtf8();
        return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
    }

    private String value(long number) {
        return key + " is " + number;
    }
}
