package redisproxy.history;

import java.util.List;

/**
 * What one client did with one key, in one step or in several at once, from before it was sent until its reply had been read.
 *
 * @param client who did it
 * @param invoked a moment before it was sent, in nanoseconds
 * @param returned a moment after its reply; of an unknown fate, the moment from which on it is not executed any more, or {@link #NEVER}
 * @param isKnown whether there was a reply; otherwise it was executed once between the two moments, or never
 */
record Operation(int client, String key, List<Step> steps, long invoked, long returned, boolean isKnown) {
    static final long NEVER = Long.MAX_VALUE;

    boolean isReadOnly() {
        for (Step step : steps) {
            if (!step.isReadOnly()) {
                return false;
            }
        }
        return true;
    }

    Operation returnedBy(long moment) {
        return new Operation(client, key, steps, invoked, moment, isKnown);
    }

    @Override
    public String toString() {
        return "client %d: %s %s, %,d to %s ns%s"
                .formatted(
                        client,
                        key,
                        steps,
                        invoked,
                        returned == NEVER ? "ever" : "%,d".formatted(returned),
                        isKnown ? "" : ", fate unknown");
    }
}
