package redisproxy.resp;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import redisproxy.cache.CacheStats;

/**
 * The figures that INFO and LATENCY count from the last CONFIG RESETSTAT on. What the components count themselves is never reset, so
 * that others can rely on it. Thread-safe.
 */
final class StatsSinceReset {
    private final Supplier<Figures> counted;
    private volatile Figures start;

    /**
     * Figures at one time.
     *
     * @param port those of the port
     * @param cache those of the cache
     * @param evictedClients clients of both ports closed because of the memory they held
     * @param errors how many error replies had each code
     */
    record Figures(RespStats port, CacheStats cache, long evictedClients, Map<String, Long> errors) {
        Figures since(Figures earlier) {
            Map<String, Long> rest = new TreeMap<>();
            errors.forEach((code, count) -> {
                long since = count - earlier.errors.getOrDefault(code, 0L);
                if (since > 0) {
                    rest.put(code, since);
                }
            });
            return new Figures(
                    port.since(earlier.port),
                    cache.since(earlier.cache),
                    evictedClients - earlier.evictedClients,
                    rest);
        }
    }

    /** Begins to count now. */
    StatsSinceReset(
            Supplier<RespStats> port, Supplier<CacheStats> cache, LongSupplier evictedClients, PortFigures figures) {
        this.counted = () -> new Figures(port.get(), cache.get(), evictedClients.getAsLong(), figures.errors());
        this.start = counted.get();
    }

    void reset() {
        start = counted.get();
    }

    /** Returns what has been counted since the start, or the last reset. */
    Figures now() {
        Figures from = start;
        return counted.get().since(from);
    }

    List<CommandStats> commands() {
        return now().port().byCommand();
    }
}
