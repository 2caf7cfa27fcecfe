package redisproxy.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Sets up java.util.logging, the backend of SLF4J here: one line for each record, on standard error. */
final class Logging {
    private static final String FORMAT_PROPERTY = "java.util.logging.SimpleFormatter.format";
    private static final String ONE_LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n";

    /** Fields, because a logger that nothing refers to is collected, and its level with it. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    /** Loggers of Jetty that warn about what a client has sent, and show it. Clients are told, and counted. */
    private static final List<Logger> CLIENTS_FAULTS =
            List.of(Logger.getLogger("org.eclipse.jetty.http"), Logger.getLogger("org.eclipse.jetty.util.HostPort"));

    private static final Logger OWN = Logger.getLogger("redisproxy");

    private static volatile @Nullable AsyncHandler asyncHandler;

    private Logging() {}

    /** Inside a container: sets the level of the proxy's own loggers. The container decides where their records go. */
    static void configureOwn(Level level) {
        OWN.setLevel(toJul(level));
    }

    /**
     * In the proxy's own process: sets the format, the level of the proxy's own loggers, and that of all others, which is never
     * below INFO, because libraries log what clients send below it. Levels in a file that the system property {@code
     * java.util.logging.config.file} names are left as they are.
     */
    static void configure(Level level) {
        if (System.getProperty(FORMAT_PROPERTY) == null) {
            System.setProperty(FORMAT_PROPERTY, ONE_LINE);
        }
        OWN.setLevel(toJul(level));
        Level others = level.toInt() < Level.INFO.toInt() ? Level.INFO : level;
        setUnlessConfigured(ROOT, toJul(others));
        // Jetty's records at INFO are about its own start and stop.
        boolean isQuiet = level.toInt() <= Level.WARN.toInt();
        setUnlessConfigured(JETTY, isQuiet ? java.util.logging.Level.WARNING : toJul(level));
        CLIENTS_FAULTS.forEach(logger -> setUnlessConfigured(logger, java.util.logging.Level.OFF));
        for (Handler handler : ROOT.getHandlers()) {
            if (handler instanceof ConsoleHandler) {
                ROOT.removeHandler(handler);
                asyncHandler = new AsyncHandler(new FileOutputStream(FileDescriptor.err), new SimpleFormatter());
                ROOT.addHandler(asyncHandler);
            }
        }
    }

    private static void setUnlessConfigured(Logger logger, java.util.logging.Level level) {
        boolean isConfigured = System.getProperty("java.util.logging.config.file") != null
                && LogManager.getLogManager().getProperty(logger.getName() + ".level") != null;
        if (!isConfigured) {
            logger.setLevel(level);
        }
    }

    /** Waits until what was logged is written, for at most a second. Blocks. */
    static void flush() {
        AsyncHandler handler = asyncHandler;
        if (handler != null) {
            handler.flush();
        }
    }

    /** Returns the fields of {@code INFO} about the log. */
    static Map<String, Object> info() {
        return Map.of("log_dropped_lines", droppedLines());
    }

    /** Returns how many lines were dropped because nothing read them in time. */
    static long droppedLines() {
        AsyncHandler handler = asyncHandler;
        return handler == null ? 0 : handler.dropped();
    }

    private static java.util.logging.Level toJul(Level level) {
        return switch (level) {
            case ERROR -> java.util.logging.Level.SEVERE;
            case WARN -> java.util.logging.Level.WARNING;
            case INFO -> java.util.logging.Level.INFO;
            case DEBUG -> java.util.logging.Level.FINE;
            case TRACE -> java.util.logging.Level.FINEST;
        };
    }
}
