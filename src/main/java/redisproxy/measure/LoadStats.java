package redisproxy.measure;

/**
 * How many loads have ended since the start, by their outcome, and how long they took. An immutable snapshot; its figures may be
 * some loads apart.
 *
 * @param values loads that brought a value
 * @param absent loads of keys that do not exist
 * @param wrongTypes loads of keys that hold something else than a string
 * @param unseen loads that failed, and whose failure no client saw: an expired value was served, or nobody waited
 * @param failed loads that failed, and whose clients were told so
 * @param answered how long those took that brought what the key holds, from when the first client began to wait
 * @param durations the same of all loads: those that failed may have failed at once, without asking Redis
 */
public record LoadStats(
        long values,
        long absent,
        long wrongTypes,
        long unseen,
        long failed,
        DurationStats answered,
        DurationStats durations) {}
