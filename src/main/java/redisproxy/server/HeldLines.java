package redisproxy.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.Event;

/**
 * Holds the lines of events back until it is known that the proxy starts, so that the reason why it does not is the only line.
 * Thread-safe; blocks no longer than what writes the lines.
 */
final class HeldLines implements Consumer<Event> {
    private final Consumer<Event> lines;

    /** Null once lines are written at once. There are few kinds of events, each told a bounded number of times. */
    @GuardedBy("this")
    private @Nullable List<Event> held = new ArrayList<>();

    /** Makes what holds lines back; {@code lines} writes them later. */
    HeldLines(Consumer<Event> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void accept(Event event) {
        if (held == null) {
            lines.accept(event);
        } else {
            held.add(event);
        }
    }

    /** Writes what is held, in its order, and each further line at once. */
    synchronized void release() {
        if (held != null) {
            held.forEach(lines);
            held = null;
        }
    }
}
