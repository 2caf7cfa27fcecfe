package redisproxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** What Linux tells of the sockets of this machine: when an idle connection will be probed. */
public final class KeepAliveTimer {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String ESTABLISHED = "01";
    private static final String KEEP_ALIVE = "02:";
    private static final double TICKS_PER_SECOND = 100;

    private KeepAliveTimer() {}

    /** Returns whether this system tells. */
    public static boolean isKnown() {
        return Files.isReadable(TABLES.get(0));
    }

    /** Seconds until the socket with these two ports is probed for the first time; empty if it will not be. */
    public static OptionalDouble seconds(int localPort, int remotePort) {
        return TABLES.stream()
                .filter(Files::isReadable)
                .flatMap(table -> lines(table).stream())
                .map(line -> line.trim().split(" +"))
                .filter(fields -> fields.length > 5 && fields[3].equals(ESTABLISHED))
                .filter(fields -> port(fields[1]) == localPort && port(fields[2]) == remotePort)
                .filter(fields -> fields[5].startsWith(KEEP_ALIVE))
                .mapToDouble(fields -> Long.parseLong(fields[5].substring(KEEP_ALIVE.length()), 16) / TICKS_PER_SECOND)
                .findFirst();
    }

    private static int port(String address) {
        return address.contains(":") ? Integer.parseInt(address.substring(address.indexOf(':') + 1), 16) : -1;
    }

    private static List<String> lines(Path table) {
        try {
            return Files.readAllLines(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
