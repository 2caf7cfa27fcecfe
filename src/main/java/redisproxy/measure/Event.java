package redisproxy.measure;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event. Immutable.
 *
 * @param number its place among all events since the start, from 1 on
 * @param time when it was told
 * @param subject what it is about, such as {@code 10.0.0.7:6379}; never a key
 * @param text one sentence without a full stop, as in the log
 * @param lasted of an end: how long it had lasted; null of other events
 * @param requests of an end: how many requests have failed or were refused for it; 0 of other events
 */
public record Event(
        long number,
        Instant time,
        EventKind kind,
        String subject,
        String text,
        @Nullable Duration lasted,
        long requests) {

    public EventKind.Severity severity() {
        return kind.severity();
    }
}
