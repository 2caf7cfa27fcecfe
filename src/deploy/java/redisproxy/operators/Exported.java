package redisproxy.operators;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The time series that the proxy exports, with their labels, by the list that the tests of the admin port hold it to. */
final class Exported {
    private static final Path LIST = Path.of("src", "test", "resources", "redisproxy", "admin", "metrics.txt");

    /** Those of the JVM and the process that are used: Prometheus's Java client gives them, and {@link RealPrometheusTest} sees them. */
    private static final Map<String, Set<String>> OF_THE_JVM = Map.of(
            "jvm_gc_collection_seconds_sum", Set.of("gc"),
            "jvm_memory_max_bytes", Set.of("area"),
            "jvm_memory_used_bytes", Set.of("area"),
            "jvm_threads_current", Set.of(),
            "process_cpu_seconds_total", Set.of(),
            "process_max_fds", Set.of(),
            "process_open_fds", Set.of(),
            "process_resident_memory_bytes", Set.of(),
            "process_start_time_seconds", Set.of());

    private Exported() {}

    /** Returns the labels of each series by its name. A histogram and a summary have several series. */
    static Map<String, Set<String>> series() {
        Map<String, Set<String>> series = new TreeMap<>(OF_THE_JVM);
        for (String line : Yaml.text(LIST).split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\t", -1);
            String name = columns[0];
            Set<String> labels =
                    columns[3].equals("-") ? Set.of() : new TreeSet<>(Arrays.asList(columns[3].split(",", -1)));
            if (columns[1].equals("histogram")) {
                Set<String> ofBuckets = new TreeSet<>(labels);
                ofBuckets.add("le");
                series.put(name + "_bucket", ofBuckets);
            } else {
                series.put(name, labels);
            }
            if (columns[1].equals("histogram") || columns[1].equals("summary")) {
                series.put(name + "_count", labels);
                series.put(name + "_sum", labels);
            }
        }
        return series;
    }
}
