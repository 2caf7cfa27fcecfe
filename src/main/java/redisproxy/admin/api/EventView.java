package redisproxy.admin.api;

import org.jspecify.annotations.Nullable;

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
public record EventView(
        long number,
        long time,
        String kind,
        String severity,
        String subject,
        String text,
        @Nullable Double lastedSeconds,
        long requests) {}
