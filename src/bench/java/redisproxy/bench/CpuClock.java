package redisproxy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The processor time that servers and their own child processes have used, with all their threads. */
final class CpuClock {
    /** The unit of {@code /proc} ({@code getconf CLK_TCK}), which does not depend on the kernel's own clock. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER = 14;
    private static final int SYSTEM = 15;

    private final List<Server> servers;

    CpuClock(List<Server> servers) {
        this.servers = servers;
    }

    /** Returns seconds, to the hundredth for each process. */
    double seconds() {
        return servers.stream()
                        .flatMap(CpuClock::processes)
                        .mapToLong(CpuClock::ticks)
                        .sum()
                / TICKS_PER_SECOND;
    }

    private static Stream<ProcessHandle> processes(Server server) {
        ProcessHandle process = ProcessHandle.of(server.process().pid()).orElseThrow();
        return Stream.concat(Stream.of(process), process.children());
    }

    private static long ticks(ProcessHandle process) {
        try {
            return ticks(Files.readString(Path.of("/proc/" + process.pid() + "/stat")));
        } catch (IOException e) {
            throw new BenchException("a server has ended: " + e.getMessage(), e);
        }
    }

    /** Reads a line of {@code /proc/PID/stat}, whose second field, the name, may hold spaces and brackets. */
    static long ticks(String stat) {
        int third = stat.lastIndexOf(')') + 2;
        String[] fields = stat.substring(third).split(" ", -1);
        return Long.parseLong(fields[USER - 3]) + Long.parseLong(fields[SYSTEM - 3]);
    }
}
