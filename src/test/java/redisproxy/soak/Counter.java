package redisproxy.soak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import redisproxy.testkit.Bytes;

/**
 * A value that one thread writes, each time with the next number, while others check what they read. A server that takes
 * over may lack the last numbers: they are lost, and none of them is written again. Thread-safe.
 */
final class Counter {
    private final String key;

    /** When Redis confirmed each number. */
    private final ConcurrentSkipListMap<Long, Long> confirmed = new ConcurrentSkipListMap<>();

    private volatile long begun;

    @GuardedBy("this")
    private final List<Loss> losses = new ArrayList<>();

    /** What was read while it is not known which numbers are lost. */
    @GuardedBy("this")
    private final List<Reading> doubtful = new ArrayList<>();

    @GuardedBy("this")
    private boolean isInDoubt;

    /**
     * A number that was read.
     *
     * @param before the number that the same reader had read before; 0 if none
     * @param askedNanos when it was asked for
     * @param staleness how old it may be
     */
    private record Reading(long number, long before, long askedNanos, Duration staleness) {}

    /**
     * Numbers that a server had and the next one lacks: those after {@code survived} up to {@code last}.
     *
     * @param forgottenNanos when the last may be asked for that get one of them
     */
    private record Loss(long survived, long last, long forgottenNanos) {
        boolean contains(long number) {
            return survived < number && number <= last;
        }
    }

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

    /** The last number that Redis has confirmed and not lost, 0 before the first. */
    long last() {
        Map.Entry<Long, Long> last = confirmed.lastEntry();
        return last == null ? 0 : last.getValue();
    }

    /* --------------- Losses --------------- */

    /** The server is about to be replaced by one that may lack some numbers. */
    synchronized void doubt() {
        isInDoubt = true;
    }

    /**
     * Another server has taken over. To be called by the thread that writes, before it writes there.
     *
     * @param survived the number that it has
     * @param forgottenNanos nobody who asks after that moment may get a number that it lacks
     * @return what was wrong with the numbers that were read in doubt
     */
    synchronized List<String> continueFrom(long survived, long forgottenNanos) {
        confirmed.values().removeIf(number -> number > survived);
        confirmed.put(forgottenNanos, survived);
        losses.add(new Loss(survived, begun, forgottenNanos));
        isInDoubt = false;
        List<String> wrong = new ArrayList<>();
        for (Reading each : doubtful) {
            try {
                verify(each);
            } catch (IllegalStateException e) {
                wrong.add(e.getMessage());
            }
        }
        doubtful.clear();
        return wrong;
    }

    /* --------------- Checks --------------- */

    /**
     * Throws if that cannot be the value; if that is not known yet, {@link #continueFrom} tells.
     *
     * @param seen the highest number of each counter that was read over the same connection
     * @param askedNanos when the request was sent
     * @param staleness how old a value may be
     */
    void check(Bytes value, Map<String, Long> seen, long askedNanos, Duration staleness) {
        long number = number(value);
        if (!value.equals(Bytes.utf8(value(number)))) {
            throw new IllegalStateException("of " + key + ": " + value);
        }
        if (number > begun) {
            throw new IllegalStateException(key + " is " + number + " before it was written");
        }
        Long before = seen.put(key, number);
        Reading reading = new Reading(number, before == null ? 0 : before, askedNanos, staleness);
        synchronized (this) {
            if (isInDoubt) {
                doubtful.add(reading);
            } else {
                verify(reading);
            }
        }
    }

    @GuardedBy("this")
    private void verify(Reading reading) {
        long number = reading.number;
        long before = reading.before;
        if (number < before && losses.stream().noneMatch(loss -> loss.survived == number && loss.contains(before))) {
            throw new IllegalStateException(key + " went back from " + before + " to " + number);
        }
        Map.Entry<Long, Long> least = confirmed.floorEntry(reading.askedNanos - reading.staleness.toNanos());
        if (least != null && number < least.getValue()) {
            throw new IllegalStateException(key + " is still " + number + ", not " + least.getValue() + " or more");
        }
        for (Loss loss : losses) {
            if (loss.contains(number) && reading.askedNanos - loss.forgottenNanos > 0) {
                throw new IllegalStateException(
                        key + " is " + number + " after a server has taken over that had " + loss.survived);
            }
        }
    }

    long number(Bytes value) {
        String text = value.asUtf8();
        return Long.parseLong(text.substring(text.lastIndexOf(' ') + 1));
    }

    private String value(long number) {
        return key + " is " + number;
    }
}
