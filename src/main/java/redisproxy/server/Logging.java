package redisproxy.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import redisproxy.measure.Event;
import redisproxy.measure.EventLog;

/** Sets up java.util.logging, the backend of SLF4J here: one line for each record, on standard error. */
final class Logging {
    /** Fields, because a logger that nothing refers to is collected, and its level with it. */
    private static final Logger ROOT = Logger.getLogger("");

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    /** Loggers of Jetty that warn about what a client has sent, and show it. Clients are told, and counted. */
    private static final List<Logger> CLIENTS_FAULTS =
            List.of(Logger.getLogger("org.eclipse.jetty.http"), Logger.getLogger("org.eclipse.jetty.util.HostPort"));

    /** OpenTelemetry's libraries, if they are used. Their records at INFO are about their own start. */
    private static final Logger TELEMETRY = Logger.getLogger("io.opentelemetry");

    /** What these have to say of each attempt that fails, {@code redisproxy.otel} says when that begins and ends. */
    private static final List<Logger> TELEMETRY_ATTEMPTS = List.of(
            Logger.getLogger("io.opentelemetry.exporter"),
            Logger.getLogger("io.opentelemetry.sdk.metrics.export"),
            Logger.getLogger("io.opentelemetry.sdk.trace.export"));

    private static final Logger OWN = Logger.getLogger("redisproxy");

    private static final Logger EVENTS = Logger.getLogger(EventLog.LOGGER);

    private static volatile @Nullable AsyncHandler asyncHandler;

    private static volatile LogFormat format = LogFormat.TEXT;

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
        OWN.setLevel(toJul(level));
        Level others = level.toInt() < Level.INFO.toInt() ? Level.INFO : level;
        setUnlessConfigured(ROOT, toJul(others));
        // Jetty's records at INFO are about its own start and stop.
        boolean isQuiet = level.toInt() <= Level.WARN.toInt();
        setUnlessConfigured(JETTY, isQuiet ? java.util.logging.Level.WARNING : toJul(level));
        CLIENTS_FAULTS.forEach(logger -> setUnlessConfigured(logger, java.util.logging.Level.OFF));
        setUnlessConfigured(TELEMETRY, isQuiet ? java.util.logging.Level.WARNING : toJul(level));
        TELEMETRY_ATTEMPTS.forEach(logger -> setUnlessConfigured(logger, java.util.logging.Level.OFF));
        for (Handler handler : ROOT.getHandlers()) {
            if (handler instanceof ConsoleHandler) {
                ROOT.removeHandler(handler);
                asyncHandler = new AsyncHandler(
                        new FileOutputStream(FileDescriptor.err), lines(), charset(), new FloodLimit(System::nanoTime));
                ROOT.addHandler(asyncHandler);
            }
        }
    }

    /** Sets how lines are written, {@link #lastLine} included; called before {@link #configure}. */
    static void format(LogFormat chosen) {
        format = chosen;
    }

    private static LineFormat lines() {
        return format == LogFormat.JSON ? new JsonLines() : new TextLines();
    }

    /** JSON is UTF-8 (RFC 8259); people read what their terminal shows. */
    private static Charset charset() {
        return format == LogFormat.JSON ? StandardCharsets.UTF_8 : Charset.defaultCharset();
    }

    /** Returns the line by which the process says why it ends, for standard error. */
    static byte[] lastLine(String why) {
        if (format == LogFormat.JSON) {
            LogRecord record = new LogRecord(java.util.logging.Level.SEVERE, why);
            record.setLoggerName("redisproxy.server.Main");
            return new JsonLines()
                    .format(record, Thread.currentThread().getName())
                    .getBytes(charset());
        }
        return ("redis-proxy: " + why + System.lineSeparator()).getBytes(charset());
    }

    /** Logs an event. */
    static void write(Event event) {
        EventRecord record = new EventRecord(event);
        if (EVENTS.isLoggable(record.getLevel())) {
            EVENTS.log(record);
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
