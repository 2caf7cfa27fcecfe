package redisproxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redisproxy.testkit.ChildProcess;

/** The processor time that some processes and their own children have used, all their threads included. */
final class CpuClock {
    /** What Linux tells user space on every platform that a JDK 17 runs on ({@code getconf CLK_TCK}). */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER = 14;
    private static final int SYSTEM = 15;

    private final List<ChildProcess> processes;

    CpuClock(List<ChildProcess> processes) {
        this.processes = processes;
    }

    /** Returns seconds, to the hundredth for each process. */
    double seconds() {
        long ticks = 0;
        for (ChildProcess process : processes) {
            for (long pid : family(process.pid())) {
                ticks += ticks(pid);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    private static List<Long> family(long pid) {
        List<Long> pids = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid)
                .ifPresent(parent -> parent.children().map(ProcessHandle::pid).forEach(pids::add));
        return pids;
    }

    private static long ticks(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            return ticks(Files.readString(stat));
        } catch (IOException e) {
            throw new BenchException("a server has ended: cannot read " + stat, e);
        }
    }

    /** Reads a line of {@code /proc/PID/stat}, whose second field is a name that may hold anything. */
    static long ticks(String stat) {
        int third = stat.lastIndexOf(')') + 2;
        String[] fields = stat.substring(third).split(" ", -1);
        return Long.parseLong(fields[USER - 3]) + Long.parseLong(fields[SYSTEM - 3]);
    }
}
