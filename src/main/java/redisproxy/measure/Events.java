package redisproxy.measure;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest events, a bounded number of them, each with a number so that a reader can ask for what it has not seen. Thread-safe. */
public final class Events {
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
     * @param number the number that was seen last; 0 for all that are kept
     */
    public synchronized List<Event> after(long number) {
        List<Event> newer = new ArrayList<>();
        for (Event event : latest) {
            if (event.number() > number) {
                newer.add(event);
            }
        }
        return newer;
    }

    /** Returns the number of the last event, which is how many there have been; 0 before the first. */
    public synchronized long last() {
        return last;
    }
}
