package redisproxy.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/**
 * What a proxy's process holds: bytes of live objects after a full collection, and threads, those of the ports' pool apart.
 *
 * @param pooled threads of the pool, which grows to its bound under load and gives a thread back about once a minute
 * @param threads all others
 */
record Footprint(long liveBytes, int pooled, int threads) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** As Linux has the name, which it cuts. */
    private static final Pattern POOLED = Pattern.compile("redis-proxy-\\d+.*");

    static Footprint of(ChildProcess process) {
        String pid = Long.toString(process.pid());
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try (ChildProcess histogram = ChildProcess.start(Map.of(), List.of(jcmd, pid, "GC.class_histogram"))) {
            histogram.awaitExit();
            List<String> names = threadNames(pid);
            int pooled = (int) names.stream()
                    .filter(name -> POOLED.matcher(name).matches())
                    .count();
            return new Footprint(find(TOTAL, histogram.out()), pooled, names.size() - pooled);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> threadNames(String pid) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
            for (Path task : tasks) {
                try {
                    names.add(Files.readString(task.resolve("comm")).strip());
                } catch (NoSuchFileException e) {
                    // The thread has ended meanwhile.
                }
            }
        }
        return names;
    }

    private static long find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no %s in: %s".formatted(pattern, text));
        }
        return Long.parseLong(matcher.group(1));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%.1f MB live, %d threads of the pool, %d others", liveBytes / 1e6, pooled, threads);
    }
}
