package redisproxy.server;

import java.util.function.IntFunction;
import redisproxy.admin.api.Sources;
import redisproxy.measure.AccessStats;
import redisproxy.measure.Accesses;

/** The keys and prefixes that are accessed most, as the API of the admin port shows them. */
final class AccessViews {
    private static final double NANOS_PER_SECOND = 1e9;

    private AccessViews() {}

    /** Returns what gives at most so many keys. Thread-safe. */
    static IntFunction<Sources.Accessed> of(Accesses accesses) {
        return mostKeys -> of(accesses.stats(mostKeys));
    }

    private static Sources.Accessed of(AccessStats stats) {
        return new Sources.Accessed(
                stats.over().toNanos() / NANOS_PER_SECOND,
                stats.keys().stream()
                        .map(each -> new Sources.AccessedKey(
                                each.key().shown(), each.key().isWhole(), each.accesses(), each.error(), each.share()))
                        .toList(),
                stats.prefixes().stream()
                        .map(each -> new Sources.AccessedPrefix(
                                each.prefix().shown(), each.accesses(), each.hits(), each.error()))
                        .toList());
    }
}
