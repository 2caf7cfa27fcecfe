package redisproxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redisproxy.testkit.ChildProcess;

/** Reads how much memory a process holds. */
final class Memory {
    /** By default the serial collector leaves some dead objects in place, which then count as live. */
    static final String COMPACT_ALWAYS = "-XX:MarkSweepAlwaysCompactCount=1";

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private Memory() {}

    /** Returns the bytes of all live objects in the heap, which it collects first. */
    static long liveBytes(Tools tools, Jvm jvm, Server server) {
        String pid = Long.toString(server.process().pid());
        ChildProcess histogram = tools.generate(Tools.words("% % GC.class_histogram", jvm.tool("jcmd"), pid));
        return find(TOTAL, histogram.out());
    }

    /** Returns the resident bytes of the whole process. */
    static long residentBytes(Server server) {
        Path status = Path.of("/proc", Long.toString(server.process().pid()), "status");
        try {
            return 1024 * find(RESIDENT, Files.readString(status));
        } catch (IOException e) {
            throw new BenchException("a server has ended: cannot read " + status, e);
        }
    }

    private static long find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new BenchException("no %s in: %s".formatted(pattern, text));
        }
        return Long.parseLong(matcher.group(1));
    }
}
