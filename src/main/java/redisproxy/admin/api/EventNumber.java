package redisproxy.admin.api;

import org.jspecify.annotations.Nullable;

/** The number of the event that was seen last, as requests tell it. */
final class EventNumber {
    private EventNumber() {}

    /**
     * Returns the number; 0 if none is given.
     *
     * @throws BadRequestException if it is none
     */
    static long parse(@Nullable String text) throws BadRequestException {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw new BadRequestException(
                "after: '%s' is not accepted (expected: the number of an event, or 0)".formatted(text));
    }
}
