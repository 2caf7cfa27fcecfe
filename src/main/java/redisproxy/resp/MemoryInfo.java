package redisproxy.resp;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import redisproxy.cache.CacheStats;
import redisproxy.net.ClientMemory;

/** The section of INFO about the heap, of which the cache is a part. Thread-safe. */
final class MemoryInfo {
    static final String EVICTION_POLICY = "allkeys-lru";

    private static final int KIBI = 1024;
    private static final String UNITS = "BKMGTP";

    private MemoryInfo() {}

    static InfoSection section(Supplier<CacheStats> cache, ClientMemory clients) {
        return new InfoSection("Memory", () -> fields(cache.get(), clients));
    }

    /** Returns the most bytes that the heap may take. */
    static long maxBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    private static Map<String, Object> fields(CacheStats cache, ClientMemory clients) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            peak += pool.getType() == MemoryType.HEAP ? pool.getPeakUsage().getUsed() : 0;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("used_memory", heap.getUsed());
        fields.put("used_memory_human", human(heap.getUsed()));
        ProcessFigures.residentBytes().ifPresent(bytes -> {
            fields.put("used_memory_rss", bytes);
            fields.put("used_memory_rss_human", human(bytes));
        });
        fields.put("used_memory_peak", peak);
        fields.put("used_memory_peak_human", human(peak));
        fields.put("used_memory_dataset", cache.bytes());
        fields.put("maxmemory", maxBytes());
        fields.put("maxmemory_human", human(maxBytes()));
        fields.put("maxmemory_policy", EVICTION_POLICY);
        fields.put("mem_clients_normal", clients.heldBytes());
        return fields;
    }

    /** Returns a number of bytes in the largest unit of which there is at least one, as Redis shows it. */
    static String human(long bytes) {
        int unit = 0;
        double count = bytes;
        while (count >= KIBI && unit < UNITS.length() - 1) {
            count /= KIBI;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%c", count, UNITS.charAt(unit));
    }
}
