package redisproxy.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/** What a Java process holds: bytes of live objects after a full collection, and threads. */
record Footprint(long liveBytes, int threads) {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern THREADS = Pattern.compile("(?m)^Threads:\\s+(\\d+)");

    static Footprint of(ChildProcess process) {
        String pid = Long.toString(process.pid());
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try (ChildProcess histogram = ChildProcess.start(Map.of(), List.of(jcmd, pid, "GC.class_histogram"))) {
            histogram.awaitExit();
            return new Footprint(find(TOTAL, histogram.out()), (int)
                    find(THREADS, Files.readString(Path.of("/proc", pid, "status"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return String.format(Locale.ROOT, "%.1f MB live, %d threads", liveBytes / 1e6, threads);
    }
}
