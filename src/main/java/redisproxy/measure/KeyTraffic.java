package redisproxy.measure;

import java.util.List;

/**
 * The bytes that accesses to each key have moved in one session, from samples that are scaled to all accesses.
 *
 * @param isActive whether the session goes on
 * @param count how many keys were asked for
 * @param ratio the ratio that was asked for
 * @param startedMillis when the session began, as Unix time
 * @param millis how long it has been going on, or went on
 * @param bytes the bytes of all accesses
 * @param keys the keys with the most bytes, at most {@code count}; {@code accesses} are bytes here
 */
public record KeyTraffic(
        boolean isActive, int count, int ratio, long startedMillis, long millis, long bytes, List<HotKey> keys) {}
