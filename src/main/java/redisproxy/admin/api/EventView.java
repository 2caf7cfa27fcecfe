package redisproxy.admin.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redisproxy.measure.Event;
import redisproxy.measure.Events;

/**
 * An event as the API tells it. Immutable.
 *
 * @param number its place among all events since the start, from 1 on
 * @param time when it was told, as Unix time in milliseconds
 * @param severity {@code info} or {@code warn}
 * @param subject what it is about; never a key
 * @param lastedSeconds of an end: how long it had lasted; else null
 * @param requests of an end: how many requests it has cost
 */
record EventView(
        long number,
        long time,
        String kind,
        String severity,
        String subject,
        String text,
        @Nullable Double lastedSeconds,
        long requests) {
    private static final double MILLIS_PER_SECOND = 1000;

    /** Returns the events whose numbers are greater, the oldest first. */
    static List<EventView> after(Events events, long number) {
        return events.after(number).stream().map(EventView::of).toList();
    }

    private static EventView of(Event event) {
        Duration lasted = event.lasted();
        return new EventView(
                event.number(),
                event.time().toEpochMilli(),
                event.kind().label(),
                event.severity().name().toLowerCase(Locale.ROOT),
                event.subject(),
                event.text(),
                lasted == null ? null : lasted.toMillis() / MILLIS_PER_SECOND,
                event.requests());
    }
}
