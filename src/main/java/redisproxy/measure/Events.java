package redisproxy.measure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The latest events of one run of the proxy, a bounded number of them, each with a number so that a reader can ask for what it has
 * not seen. Thread-safe.
 */
public final class Events {
    /** The numbers begin anew with each run, so a reader has to know of which run they are. */
    private final String run = Long.toHexString(UUID.randomUUID().getMostSignificantBits());

    private final int capacity;

    @GuardedBy("this")
    private final Deque<Event> latest = new ArrayDeque<>();

    @GuardedBy("this")
    private long last;

    /** Makes a memory of so many events. */
    Events(int capacity) {
        this.capacity = capacity;
    }

    /** Keeps what this makes of the next number. */
    synchronized Event add(Numbered made) {
        Event event = made.with(last + 1);
        last = event.number();
        if (latest.size() == capacity) {
            latest.removeFirst();
        }
        latest.addLast(event);
        return event;
    }

    /** Makes an event that has this number. */
    interface Numbered {
        Event with(long number);
    }

    /**
     * Returns the events whose numbers are greater, the oldest first. If the oldest of them is not the next number, those in
     * between have been forgotten.
     *
     * @param number the number that was seen last; 0 for all that are kept. One that there has not been yet is of an earlier run, and
     *     counts as 0
     */
    public synchronized List<Event> after(long number) {
        long seen = number > last ? 0 : number;
        List<Event> newer = new ArrayList<>();
        for (Event event : latest) {
            if (event.number() > seen) {
                newer.add(event);
            }
        }
        return newer;
    }

    /** Returns the name of this run, which no other one has. */
    public String run() {
        return run;
    }

    /** Returns the number of the last event, which is how many there have been; 0 before the first. */
    public synchronized long last() {
        return last;
    }
}
