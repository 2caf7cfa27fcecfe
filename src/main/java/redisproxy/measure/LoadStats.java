package redisproxy.measure;

/**
 * How many loads have ended since the start, by their outcome, and how long they took. An immutable snapshot; its figures may be
 * some loads apart.
 *
 * @param values loads that brought a value
 * @param absent loads of keys that do not exist
 * @param failed loads that failed
 * @param durations of all of them, from when the first client began to wait
 */
public record LoadStats(long values, long absent, long failed, DurationStats durations) {}
