package redisproxy.resp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux says of this process (proc(5)). There are no figures on other systems. Thread-safe; reads memory, not a disk. */
final class ProcessFigures {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final int KIBI = 1024;

    /** Linux tells times in this unit on every platform that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** The places of times among the fields after the name of the program, which may contain anything. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    private ProcessFigures() {}

    /** Returns how many bytes of memory the process occupies. */
    static OptionalLong residentBytes() {
        Matcher resident = RESIDENT.matcher(read(STATUS));
        return resident.find() ? OptionalLong.of(Long.parseLong(resident.group(1)) * KIBI) : OptionalLong.empty();
    }

    /** Returns the seconds of processor time that the process has taken, by the names that INFO gives them. */
    static Map<String, Object> processorSeconds() {
        String stat = read(STAT);
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        Map<String, Object> times = new LinkedHashMap<>();
        if (fields.length > SYSTEM_TIME) {
            times.put("used_cpu_sys", seconds(fields[SYSTEM_TIME]));
            times.put("used_cpu_user", seconds(fields[USER_TIME]));
        }
        return times;
    }

    private static String seconds(String ticks) {
        return String.format(Locale.ROOT, "%.6f", Long.parseLong(ticks) / TICKS_PER_SECOND);
    }

    private static String read(Path file) {
        try {
            // The name of a program need not be text.
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
